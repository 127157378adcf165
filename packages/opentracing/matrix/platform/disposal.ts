import { same, type ConformanceCase } from '../../src/conformance-case.ts';
import { MockTracer } from '../../src/mock.ts';

/** Why this runtime cannot run {@link disposalCases}: then spans and scopes still work, without `using`. */
export function whyNoDisposal(): string | undefined {
  const { dispose, asyncDispose } = Symbol as { dispose?: symbol; asyncDispose?: symbol };
  return dispose === undefined || asyncDispose === undefined ? 'no Symbol.dispose' : undefined;
}

/** `using` and `await using`, as compilers emit them for this platform's symbols. */
export const disposalCases: ConformanceCase[] = [
  {
    name: 'using finishes a span at the end of its block',
    run: () => {
      const tracer = new MockTracer();
      const span = tracer.startSpan('a');
      {
        using scoped = span;
        scoped.setTag('k', 1);
      }
      same(span.isFinished(), true, 'finished after the block');
    },
  },
  {
    name: 'using finishes a span when the block throws',
    run: () => {
      const span = new MockTracer().startSpan('a');
      let caught = 'nothing';
      try {
        using _ = span;
        throw new Error('from the block');
      } catch (error) {
        caught = (error as Error).message;
      }
      same(caught, 'from the block', 'what is thrown');
      same(span.isFinished(), true, 'finished after the block');
    },
  },
  {
    name: 'using closes a scope, which finishes its span',
    run: () => {
      const tracer = new MockTracer();
      {
        using scope = tracer.startActiveSpan('a');
        scope.span.setTag('k', 1);
      }
      same(tracer.finishedSpans().length, 1, 'finished spans after the block');
    },
  },
  {
    name: 'await using disposes of a tracer',
    run: async () => {
      const tracer = new MockTracer();
      {
        await using disposed = tracer;
        disposed.startSpan('a').finish();
      }
      same(tracer.finishedSpans().length, 1, 'finished spans after the block');
    },
  },
];
