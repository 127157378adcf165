import { EventEmitter, once } from 'node:events';

import type { SpanRecord } from '@spanwise/wire';
import { describe, expect, it } from 'vitest';

import { createTracer } from './create-tracer.ts';
import { ManualTimers } from './fixtures/manual-timers.ts';
import type { TestTracer } from './fixtures/test-tracer.ts';
import { testTracer } from './fixtures/test-tracer.ts';
import type { LongRunningSpansOptions } from './long-running-spans.ts';
import { InMemoryRecorder } from './reporting/in-memory-recorder.ts';
import type { Recorder } from './reporting/recorder.ts';
import type { TracerOptions } from './tracer-options.ts';

interface Watched extends TestTracer {
  readonly timers: ManualTimers;
  /** Moves the tracer's clock and the timers. */
  readonly pass: (millis: number) => void;
}

function watched(options: LongRunningSpansOptions = {}, tracerOptions: TracerOptions = {}): Watched {
  const timers = new ManualTimers();
  const test = testTracer({ longRunningSpans: { timers, ...options }, ...tracerOptions });
  const pass = (millis: number): void => {
    test.clock.advance(millis);
    timers.advance(millis);
  };
  return { ...test, timers, pass };
}

function namesOf(records: readonly SpanRecord[]): string[] {
  return records.map(({ name }) => name);
}

describe('a span that stays open', () => {
  it('is reported when its time has come, not a millisecond before, with the time since its start', () => {
    const { tracer, recorder, pass } = watched({ afterMillis: 500 });
    tracer.startSpan('import', { tags: { rows: 1 } });
    pass(499);
    expect(recorder.unfinishedRecords).toEqual([]);
    pass(1);
    expect(recorder.unfinishedRecords).toMatchObject([
      { name: 'import', unfinished: true, durationNanos: 500_000_000, attributes: ['rows', 1] },
    ]);
    expect(tracer.stats()).toMatchObject({ open: 1, unfinishedReports: 1 });
  });

  it('is reported again and again, and whole when it finishes', () => {
    const { tracer, recorder, pass, timers } = watched({ afterMillis: 500, everyMillis: 2000 });
    const span = tracer.startSpan('import');
    for (const millis of [500, 1999, 1, 2000]) pass(millis);
    expect(recorder.unfinishedRecords.map(({ durationNanos }) => durationNanos! / 1e6)).toEqual([500, 2500, 4500]);
    span.finish();
    pass(10_000);
    expect(recorder.unfinishedRecords).toHaveLength(3);
    expect(recorder.records).toMatchObject([{ name: 'import', unfinished: false, durationNanos: 4.5e9 }]);
    expect(timers.pending).toBe(0);
  });

  it('waits 20 seconds, and then a minute, unless something else is said', () => {
    const { recorder, pass, tracer } = watched();
    tracer.startSpan('import');
    for (const [millis, reports] of [
      [19_999, 0],
      [1, 1],
      [59_999, 1],
      [1, 2],
    ] as const) {
      pass(millis);
      expect(recorder.unfinishedRecords).toHaveLength(reports);
    }
  });

  it('has a time of its own: spans of different starts are due one after the other', () => {
    const { tracer, recorder, pass } = watched({ afterMillis: 100, everyMillis: 1000 });
    tracer.startSpan('first');
    pass(60);
    tracer.startSpan('second');
    pass(40);
    expect(namesOf(recorder.unfinishedRecords)).toEqual(['first']);
    pass(60);
    expect(namesOf(recorder.unfinishedRecords)).toEqual(['first', 'second']);
    pass(940);
    expect(namesOf(recorder.unfinishedRecords)).toEqual(['first', 'second', 'first']);
  });
});

it('spans that end in time are not reported, and leave no timer that goes on', () => {
  const { tracer, recorder, pass, timers } = watched({ afterMillis: 100 });
  for (let count = 0; count < 50; count++) {
    tracer.startSpan('request').finish();
    pass(10);
  }
  pass(100);
  expect(recorder.unfinishedRecords).toEqual([]);
  expect(timers.pending).toBe(0);
});

it('spans that are not sampled, or not any more, are not reported', () => {
  const { tracer, recorder, pass } = watched({ afterMillis: 100 });
  tracer.startSpan('unsampled', { tags: { 'sampling.priority': 0 } });
  tracer.startSpan('taken back').setTag('sampling.priority', 0);
  tracer.startSpan('sampled');
  pass(100);
  expect(namesOf(recorder.unfinishedRecords)).toEqual(['sampled']);
});

it('more spans than a turn reports at once are reported in the turns after it', () => {
  const { tracer, recorder, timers } = watched({ afterMillis: 100 });
  for (let count = 0; count < 600; count++) tracer.startSpan('job');
  timers.advance(100);
  expect(recorder.unfinishedRecords).toHaveLength(256);
  timers.advance(2);
  expect(recorder.unfinishedRecords).toHaveLength(600);
});

it('of more spans than are watched those that were watched longest are let go, reported ones first, and counted', () => {
  const { tracer, recorder, pass } = watched({ afterMillis: 100, everyMillis: 100, maxSpans: 2 });
  tracer.startSpan('forgotten');
  pass(100);
  for (const name of ['second', 'third']) tracer.startSpan(name);
  expect(tracer.stats().unwatchedSpans).toBe(1);
  tracer.startSpan('fourth');
  expect(tracer.stats().unwatchedSpans).toBe(2);
  pass(100);
  expect(namesOf(recorder.unfinishedRecords)).toEqual(['forgotten', 'third', 'fourth']);
});

it('a span that redact holds back is not asked for again', () => {
  let asked = 0;
  const redact = (): 'drop' => {
    asked += 1;
    return 'drop';
  };
  const { tracer, pass, timers } = watched({ afterMillis: 100, everyMillis: 100 }, { redact });
  tracer.startSpan('health');
  pass(100);
  pass(1000);
  expect([asked, timers.pending]).toEqual([1, 0]);
});

it('a recorder may finish the span, close the tracer or start a span while it is given one', async () => {
  for (const act of ['finish', 'close', 'start'] as const) {
    const seen: string[] = [];
    const recorder: Recorder = {
      finish: () => {},
      unfinished: ({ name }) => {
        seen.push(name);
        if (seen.length > 1) return;
        if (act === 'finish') span.finish();
        if (act === 'close') void tracer.close();
        if (act === 'start') tracer.startSpan('inner');
      },
    };
    const { tracer, pass, timers } = watched({ afterMillis: 100, everyMillis: 10_000 }, { recorders: [recorder] });
    const span = tracer.startSpan('outer');
    pass(100);
    pass(100);
    expect([act, seen, timers.pending]).toEqual([
      act,
      act === 'start' ? ['outer', 'inner'] : ['outer'],
      act === 'start' ? 1 : 0,
    ]);
  }
});

it('close ends the timer, and spans that start later are not watched', async () => {
  const { tracer, recorder, pass, timers } = watched({ afterMillis: 100 });
  tracer.startSpan('open');
  expect(timers.pending).toBe(1);
  await tracer.close();
  tracer.startSpan('later');
  expect(timers.pending).toBe(0);
  pass(1000);
  expect(recorder.unfinishedRecords).toEqual([]);
});

it('the timer is set where no span is active, so that it keeps none alive and reports under none', async () => {
  const { tracer: outer } = testTracer();
  const { scopeManager } = outer;
  const active: unknown[] = [];
  const [keepsTheProcess, reported] = [setInterval(() => {}, 1000), new EventEmitter()];
  const recorder: Recorder = {
    finish: () => {},
    unfinished: () => {
      active.push(scopeManager.activeParent);
      reported.emit('unfinished');
    },
  };
  const tracer = createTracer({
    serviceName: 'test',
    recorders: [recorder],
    scopeManager,
    longRunningSpans: { afterMillis: 1 },
  });
  const told = once(reported, 'unfinished');
  outer.withActiveSpan('work', () => void tracer.startSpan('inner'));
  await told;
  clearInterval(keepsTheProcess);
  expect(active).toEqual([null]);
  await tracer.close();
});

it.each<[LongRunningSpansOptions, string]>([
  [
    { afterMillis: 0 },
    'longRunningSpans.afterMillis must be a whole number from 1 to 2147483647 (leave it out for 20000)',
  ],
  [{ everyMillis: 2 ** 31 }, 'longRunningSpans.everyMillis must be a whole number from 1 to 2147483647'],
  [
    { maxSpans: 0 },
    'longRunningSpans.maxSpans must be a whole number of at least 1 (leave it out for 10000); it was 0',
  ],
  [
    true as never,
    'longRunningSpans takes an object of options, such as { afterMillis, everyMillis, maxSpans, timers }; it was true',
  ],
  [{ after: 1 } as never, 'longRunningSpans knows only the options afterMillis, everyMillis'],
])('createTracer refuses %j', (longRunningSpans, message) => {
  expect(() => createTracer({ serviceName: 'test', recorders: [], longRunningSpans })).toThrow(message);
});

it('createTracer takes the least and the most', () => {
  const recorders = [new InMemoryRecorder()];
  for (const longRunningSpans of [{ afterMillis: 1, everyMillis: 1, maxSpans: 1 }, { afterMillis: 2 ** 31 - 1 }])
    expect(() => createTracer({ serviceName: 'test', recorders, longRunningSpans })).not.toThrow();
});
