import { same } from './conformance-case.ts';
import type { KeyValues, Span, Tracer } from './contract.ts';
import { thrownBy } from './harness/thrown.ts';

/** What a tracer recorded of a span. */
export interface RecordedSpan {
  /** The operation name. */
  name: string;
  /** All tags, as they were given. More of them, which the tracer sets itself, are no fault. */
  tags: KeyValues;
  /** The logs in the order of the calls. */
  logs: readonly {
    /** Milliseconds since 1970. */
    timestamp: number;
    /** What was logged, as it was given. */
    fields: KeyValues;
  }[];
  /** Start in milliseconds since 1970. */
  startTime: number;
  /** Finish in milliseconds since 1970. */
  finishTime: number;
}

/** Reads what was recorded of a span of the tracer under test; called after its finish. The API does not say it. */
export type ReadRecorded = (span: Span) => RecordedSpan;

/** What a span has to keep of what it is told. Both suites for tracers ask for it. @internal */
export const recordedCases: Record<string, (tracer: Tracer, recorded: ReadRecorded) => void> = {
  'the name that is given at the start is recorded': (tracer, recorded) => {
    same(recorded(finished(tracer.startSpan('first'))).name, 'first', 'the name');
  },

  'setOperationName replaces the name': (tracer, recorded) => {
    const named = tracer.startSpan('first').setOperationName('second').setOperationName('third');
    same(recorded(finished(named)).name, 'third', 'the name');
    same(recorded(finished(tracer.startSpan().setOperationName('late'))).name, 'late', 'a name that came later');
  },

  'tags that are given at the start are recorded': (tracer, recorded) => {
    const tags = { text: 'one', number: 2.5, flag: false };
    expectFields(recorded(finished(tracer.startSpan('a', { tags }))).tags, tags, 'the tag');
  },

  'setTag and addTags add to the tags, and replace those of the same key': (tracer, recorded) => {
    const span = tracer.startSpan('a', { tags: { kept: 'at the start', changed: 1, changedLast: 1 } });
    span.setTag('set', true).setTag('changed', 2).addTags({ added: 'later', changed: 3 }).addTags({ set: false });
    // These nobody but `setTag` touches afterwards.
    span.setTag('number', 2.5).setTag('flag', true).setTag('changedLast', 2).setTag('added', 'last').setTag('twice', 1);
    span.setTag('twice', false);
    const expected = { kept: 'at the start', changed: 3, set: false, added: 'last' };
    const bySetTag = { number: 2.5, flag: true, changedLast: 2, twice: false };
    expectFields(recorded(finished(span)).tags, { ...expected, ...bySetTag }, 'the tag');
  },

  'logs are recorded with their fields, in the order of the calls': (tracer, recorded) => {
    const span = tracer.startSpan('a').log({ one: 1, two: 'x' }).log({ three: true }, someMillis).log({ four: 4 });
    const { logs } = recorded(finished(span));
    same(logs.length, 3, 'the number of logs');
    for (const [index, fields] of [{ one: 1, two: 'x' }, { three: true }, { four: 4 }].entries()) {
      expectFields(logs[index]?.fields ?? {}, fields, `field of log ${index}:`);
    }
  },

  'logEvent is recorded as a log': (tracer, recorded) => {
    const span = tracer.startSpan('a');
    span.logEvent('something', 42);
    const { logs } = recorded(finished(span));
    same(logs.length, 1, 'the number of logs');
    expectFields(logs[0]?.fields ?? {}, { event: 'something', payload: 42 }, 'field');
  },

  'the time that is given with a log is recorded': (tracer, recorded) => {
    const span = tracer.startSpan('a', { startTime: someMillis }).log({ one: 1 }, someMillis + 250);
    same(recorded(finished(span)).logs[0]?.timestamp, someMillis + 250, 'the time of the log in milliseconds');
  },

  'the start time that is given is recorded': (tracer, recorded) => {
    same(recorded(finished(tracer.startSpan('a', { startTime: someMillis }))).startTime, someMillis, 'the start');
  },

  'the finish time that is given is recorded': (tracer, recorded) => {
    const span = tracer.startSpan('a', { startTime: someMillis });
    span.finish(someMillis + 1500);
    same(recorded(span).finishTime, someMillis + 1500, 'the finish in milliseconds');
  },

  'of two finishes the first is recorded': (tracer, recorded) => {
    for (const [first, second] of [
      [someMillis + 1500, someMillis + 2500],
      [someMillis + 1500, someMillis + 500],
    ] as const) {
      const span = tracer.startSpan('a', { startTime: someMillis });
      span.finish(first);
      // A strict tracer throws.
      thrownBy(() => span.finish(second));
      same(recorded(span).finishTime, first, 'the finish in milliseconds');
    }
  },
};

/** Long ago, so that no clock gives it by accident. */
const someMillis = Date.UTC(2004, 1, 29, 12, 30, 15, 125);

function finished(span: Span): Span {
  span.finish();
  return span;
}

function expectFields(fields: KeyValues, expected: KeyValues, what: string): void {
  for (const [key, value] of Object.entries(expected)) same(fields[key], value, `${what} ${key}`);
}
