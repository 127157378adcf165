import type { ConformanceCase } from '@spanwise/opentracing/conformance';
import { type SpanRecord, spanRecord } from '@spanwise/wire';

import { required, requireRejection, sameData } from '../conformance-assert.ts';
import type { Recorder, Reporter, ReporterStats } from './recorder.ts';

/** What the suite needs to know of a recorder. */
export interface RecorderUnderTest<Type extends Recorder> {
  /** The recorder, fresh. */
  readonly recorder: Type;
  /** Names of the spans that arrived, in order. */
  readonly arrived: () => readonly string[];
}

/**
 * The contract of a {@link Recorder}, as cases for any test framework.
 *
 * @param create makes a recorder; called once a case
 * @param settle waits until what was recorded has arrived; by default it has at once
 */
export function recorderCases(
  create: () => RecorderUnderTest<Recorder>,
  settle: (recorder: Recorder) => Promise<void> = async () => {},
): ConformanceCase[] {
  return casesOf(recorderRequirements, (test) => test(create(), settle));
}

/**
 * The contract of a {@link Reporter}, which is a {@link Recorder} that accounts for each span: the cases of
 * {@link recorderCases}, and its own. The backend under test takes everything.
 */
export function reporterCases(create: () => RecorderUnderTest<Reporter>): ConformanceCase[] {
  return [
    ...recorderCases(create, (recorder) => (recorder as Reporter).flush()),
    ...casesOf(reporterRequirements, (test) => test(create())),
  ];
}

function casesOf<Test>(tests: Record<string, Test>, run: (test: Test) => Promise<void>): ConformanceCase[] {
  return Object.entries(tests).map(([name, test]) => ({ name, run: () => run(test) }));
}

type Settle = (recorder: Recorder) => Promise<void>;

const recorderRequirements: Record<string, (made: RecorderUnderTest<Recorder>, settle: Settle) => Promise<void>> = {
  'takes every span once, in the order in which they finish': async ({ recorder, arrived }, settle) => {
    for (const span of ['a', 'b', 'c']) recorder.finish(finishedSpan({ name: span }));
    await settle(recorder);
    sameData(arrived(), ['a', 'b', 'c'], 'the spans that arrived');
  },

  'does not change a record': async ({ recorder }, settle) => {
    const record = deepFrozen(finishedSpan({ attributes: ['key', ['value']] }));
    const before = structuredClone(record);
    recorder.finish(record);
    await settle(recorder);
    sameData(record, before, 'the record');
  },
};

const wrongDeadlines = [-1, 0.5, Number.NaN, 2 ** 31, '5' as never];
const aboutDeadlines = 'deadlineMillis must be a whole number';

const reporterRequirements: Record<string, (made: RecorderUnderTest<Reporter>) => Promise<void>> = {
  'accounts for every span at every moment': async ({ recorder }) => {
    requireBalance(recorder.stats(), 0);
    for (let count = 1; count <= 20; count++) {
      recorder.finish(finishedSpan());
      requireBalance(recorder.stats(), count);
    }
    const flushed = recorder.flush();
    requireBalance(recorder.stats(), 20);
    await flushed;
    const { queued, inFlight, spooled } = recorder.stats();
    sameData([queued, inFlight, spooled], [0, 0, 0], 'what is queued, in flight and spooled after a flush');
    requireBalance(recorder.stats(), 20);
  },

  'sends what came before close, and gives up what comes after it': async ({ recorder, arrived }) => {
    recorder.finish(finishedSpan({ name: 'before' }));
    const closed = recorder.close();
    recorder.finish(finishedSpan({ name: 'after' }));
    await closed;
    recorder.finish(finishedSpan({ name: 'long after' }));
    sameData(arrived(), ['before'], 'the spans that arrived');
    const stats = recorder.stats();
    sameData([stats.queued, stats.inFlight, stats.spooled, stats.heldBytes], [0, 0, 0, 0], 'what is held after close');
    sameData(sumOf(stats.givenUp), 2, 'the spans given up');
    requireBalance(stats, 3);
  },

  'accounts for a span that is reported unfinished and then finishes as for two, if it takes such reports': async ({
    recorder,
    arrived,
  }) => {
    if (typeof recorder.unfinished !== 'function') return;
    const record = finishedSpan({ name: 'whole' });
    recorder.unfinished({ ...record, name: 'part', unfinished: true });
    requireBalance(recorder.stats(), 1);
    recorder.finish(record);
    await recorder.close();
    recorder.unfinished({ ...record, name: 'late', unfinished: true });
    sameData(arrived(), ['part', 'whole'], 'the records that arrived');
    requireBalance(recorder.stats(), 3);
  },

  'closes once, and flushes when closed': async ({ recorder }) => {
    required(recorder.close() === recorder.close(), 'a second close gives the promise of the first');
    await recorder.close();
    await recorder.flush();
  },

  'refuses a wrong deadline and goes on': async ({ recorder, arrived }) => {
    for (const deadlineMillis of wrongDeadlines) {
      await requireRejection(recorder.flush({ deadlineMillis }), aboutDeadlines, `flush with ${deadlineMillis}`);
      await requireRejection(recorder.close({ deadlineMillis }), aboutDeadlines, `close with ${deadlineMillis}`);
    }
    recorder.finish(finishedSpan({ name: 'after' }));
    await recorder.close({ deadlineMillis: 2 ** 31 - 1 });
    sameData(arrived(), ['after'], 'the spans that arrived');
    await requireRejection(recorder.close({ deadlineMillis: -1 }), aboutDeadlines, 'close of what is closed');
  },

  'gives stats that do not change afterwards': async ({ recorder }) => {
    const before = recorder.stats();
    const copy = structuredClone(before);
    recorder.finish(finishedSpan());
    await recorder.close();
    sameData(before, copy, 'the stats of before');
  },
};

function requireBalance(stats: ReporterStats, accepted: number): void {
  const { queued, inFlight, spooled, delivered, handedOff, givenUp } = stats;
  sameData(stats.accepted, accepted, 'accepted');
  const sum = queued + inFlight + spooled + delivered + handedOff + sumOf(givenUp);
  sameData(sum, accepted, 'the sum of what became of the accepted spans');
}

let nextId = 1;

function finishedSpan(parts: Partial<SpanRecord> = {}): SpanRecord {
  const id = nextId++;
  const ids = { traceId0: 1, traceId3: id, spanId1: id };
  return spanRecord({ ...ids, name: 'get', startMicros: 1_700_000_000_000_000, durationNanos: 1000, ...parts });
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function deepFrozen(record: SpanRecord): SpanRecord {
  for (const value of Object.values(record)) if (typeof value === 'object') Object.freeze(value);
  return Object.freeze({ ...record });
}
