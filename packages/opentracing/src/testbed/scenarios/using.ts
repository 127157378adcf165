import { recordError } from '../../record-error.ts';
import { hasNoParent, isChildOf, same } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

// What a compiler makes of `using scope = tracer.startActiveSpan(…)` is `within`: Node 20 cannot parse the original.

/** A `return` out of two scopes closes the inner one first. Origin: ours. */
export const usingEarlyReturn: Scenario = {
  name: 'using: early_return',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    const result = yield* within(tracer.startActiveSpan('outer'), () =>
      within(tracer.startActiveSpan('inner'), () => {
        for (const item of [1, 2, 3]) if (item === 2) return item;
        return 0;
      }),
    );
    same(result, 2, 'the result');
    bench.expectActive(null, 'after the return');
    const [inner, outer] = bench.finished('inner', 'outer');
    isChildOf(inner, outer);
  },
};

/** What is thrown closes the scopes, and is on the span on which it was recorded. Origin: ours. */
export const usingThrow: Scenario = {
  name: 'using: throw',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    let caught: unknown;
    try {
      yield* within(tracer.startActiveSpan('outer'), function* () {
        const scope = tracer.startActiveSpan('inner');
        yield* within(scope, () => {
          try {
            throw new Error('out of stock');
          } catch (error) {
            recordError(scope.span, error);
            throw error;
          }
        });
      });
    } catch (error) {
      caught = error;
    }
    same((caught as Error).message, 'out of stock', 'what was thrown');
    bench.expectActive(null, 'after the throw');
    const [inner, outer] = bench.finished('inner', 'outer');
    same(inner.tags()['error'], true, 'the error of the inner span');
    // `using` cannot see what is thrown.
    same(outer.tags()['error'], undefined, 'the error of the outer span');
  },
};

/** Scopes that are open across `await` in two async functions at once do not see each other. Origin: ours. */
export const usingAwait: Scenario = {
  name: 'using: await',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    const handle = async (name: string): Promise<void> => {
      // Behind an await, because what is activated before the first one is active in the caller too.
      await bench.turn();
      const scope = tracer.startActiveSpan(name);
      try {
        await bench.turn();
        const inner = tracer.startActiveSpan(`in ${name}`);
        try {
          await bench.turn();
        } finally {
          inner[Symbol.dispose]();
        }
      } finally {
        scope[Symbol.dispose]();
      }
    };
    yield Promise.all([handle('a'), handle('b')]);
    const [inA, a, inB, b] = bench.finished('in a', 'a', 'in b', 'b');
    isChildOf(inA, a);
    isChildOf(inB, b);
    hasNoParent(a);
    hasNoParent(b);
  },
};
