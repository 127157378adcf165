import type { ScopeManager, Span } from '../contract.ts';
import { isGenerator, stepwise } from '../internal/stepwise.ts';

/**
 * The same generator, synchronous or not, whose steps all run with what is active where this is called, or with `span`
 * (it stays open afterwards), or with nothing (`null`); without this each runs with what is active where it is asked for.
 * What the consumer has active between the steps is untouched. `withActiveSpan` does this by itself for a generator that
 * its function returns.
 *
 * Use the result in place of `generator`: that itself is not changed.
 *
 * @throws TypeError for other iterators, which may give what is not made in their steps
 */
export function bindGenerator<G extends Generator<unknown, unknown, never> | AsyncGenerator<unknown, unknown, never>>(
  manager: ScopeManager,
  generator: G,
  span?: Span | null,
): G {
  if (!isGenerator(generator)) {
    throw new TypeError('bindGenerator: this is no generator: give it what a generator function returns');
  }
  const bind = (over: () => void): G => stepwise(manager, generator, over);
  if (span === undefined) return bind(() => {});
  if (span === null) return manager.runDetached(() => bind(() => {}));
  return manager.run(span, false, (scope) => bind(() => scope.close()));
}
