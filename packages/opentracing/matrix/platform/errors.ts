import { same, type ConformanceCase } from '../../src/conformance-case.ts';
import { errorFields } from '../../src/index.ts';
import { MockTracer } from '../../src/mock.ts';

/** What the engine's errors become in logs. */
export const errorCases: ConformanceCase[] = [
  { name: 'an error is logged with its stack', run: () => logged(new TypeError('no connection'), 'TypeError') },
  {
    name: 'a DOMException is logged as an error',
    run: () => {
      const fields = errorFields(new DOMException('it was aborted', 'AbortError'));
      same(fields['error.kind'], 'AbortError', 'error.kind');
      same(fields['message'], 'it was aborted', 'message');
    },
  },
  {
    name: "the engine's own errors are logged",
    run: () => {
      try {
        (undefined as unknown as { method(): void }).method();
      } catch (error) {
        logged(error as Error, 'TypeError');
      }
    },
  },
  {
    name: 'a rejection is logged, and passed on',
    run: async () => {
      const tracer = new MockTracer();
      const thrown = new RangeError('too far');
      const caught: unknown = await tracer
        .withActiveSpan('a', () => Promise.reject(thrown))
        .catch((error: unknown) => error);
      same(caught, thrown, 'the rejection');
      same(tracer.finishedSpans()[0]?.tags()['error'], true, 'the tag "error"');
    },
  },
];

function logged(error: Error, kind: string): void {
  const fields = errorFields(error);
  same(fields['error.kind'], kind, 'error.kind');
  same(fields['error.object'], error, 'error.object');
  same(fields['message'], error.message, 'message');
  same(typeof fields['stack'], 'string', 'the type of the stack');
}
