import type { Span } from '../../contract.ts';
import { COMPONENT } from '../../ext/tags.ts';
import { followsFrom } from '../../functions.ts';
import { hasNoParent, isChildOf, same, spanTagged } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/** A promise that runs each callback in a span of its own, which follows from the one that was active where it was made. */
class TracedPromise {
  private readonly bench: Bench;
  private readonly parent: Span | null;
  private readonly callbacks: { on: 'success' | 'error'; call: (result: unknown) => void }[] = [];

  constructor(bench: Bench) {
    this.bench = bench;
    this.parent = bench.tracer.activeSpan;
  }

  when(on: 'success' | 'error', call: (result: unknown) => void): void {
    this.callbacks.push({ on, call });
  }

  settle(how: 'success' | 'error', result: unknown): void {
    const { tracer, manager } = this.bench;
    for (const { on, call } of this.callbacks) {
      if (on !== how) continue;
      this.bench.later(() => {
        const references = this.parent === null ? [] : [followsFrom(this.parent.context())];
        const span = tracer.startSpan(how, { references, tags: { [COMPONENT]: how } });
        const scope = manager.activate(span, true);
        try {
          call(result);
        } finally {
          scope.close();
        }
      });
    }
  }
}

/**
 * The callbacks of a promise run below the span that was active where the promise was made.
 * Origin: opentracing-java, promise_propagation.
 */
export const promisePropagation: Scenario = {
  name: 'promise_propagation',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const { tracer } = bench;
    const results: unknown[] = [];
    const tags = { [COMPONENT]: 'example-promises' };
    yield* within(tracer.startActiveSpan('promises', { tags }), () => {
      const [success, failure] = [new TracedPromise(bench), new TracedPromise(bench)];
      for (const number of [1, 2]) {
        success.when('success', (result) => {
          tracer.activeSpan?.log({ event: `Promised ${number} ${String(result)}` });
          results.push(result);
        });
      }
      failure.when('error', (error) => results.push((error as Error).message));
      success.settle('success', 'success!');
      failure.settle('error', new Error('some error.'));
    });
    yield bench.idle();
    same(String(results), 'success!,success!,some error.', 'the results');
    const [parent, first, second, failed] = bench.finished('promises', 'success', 'success', 'error');
    hasNoParent(spanTagged(tracer.finishedSpans(), COMPONENT, 'example-promises'));
    for (const span of [first, second, failed]) isChildOf(span, parent);
    same(first.logs()[0]?.fields['event'], 'Promised 1 success!', 'the log of the first');
    same(second.logs()[0]?.fields['event'], 'Promised 2 success!', 'the log of the second');
  },
};
