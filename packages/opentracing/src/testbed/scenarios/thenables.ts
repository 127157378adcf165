import type * as util from 'node:util';

import { isChildOf, same, spanNamed } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';
import { nodeModule } from './node-module.ts';

/** Two requests at once: what `ask` marks is below the request that asked, and so is what comes after the answer. */
function* twoRequests(bench: Bench, ask: (name: string) => PromiseLike<string>): Steps {
  const request = (name: string): PromiseLike<void> =>
    bench.spawn(() =>
      within(bench.tracer.startActiveSpan(name), function* () {
        same(yield ask(name), `${name} answered`, 'the answer');
        bench.mark(`after ${name}`);
      }),
    );
  yield Promise.all([request('a'), request('b')]);
  const spans = bench.tracer.finishedSpans();
  for (const name of ['a', 'b']) {
    isChildOf(spanNamed(spans, `query ${name}`), spanNamed(spans, name));
    isChildOf(spanNamed(spans, `after ${name}`), spanNamed(spans, name));
  }
}

/**
 * A thenable that begins its work when it is awaited, as query builders do: the work is below who awaits it. Origin: ours.
 */
export const lazyThenable: Scenario = {
  name: 'thenable: lazy',
  origin: 'javascript',
  main: (bench) =>
    twoRequests(bench, (name) => ({
      // oxlint-disable-next-line unicorn/no-thenable -- what this scenario is about
      then<A, B>(resolve?: ((value: string) => A | PromiseLike<A>) | null): Promise<A | B> {
        bench.mark(`query ${name}`);
        setTimeout(() => void resolve?.(`${name} answered`), 0);
        return new Promise(() => {});
      },
    })),
};

/** A function with a callback, made into one with a promise by `util.promisify`. Origin: ours. */
export const promisified: Scenario = {
  name: 'thenable: promisify',
  origin: 'javascript',
  needs: 'node',
  main: (bench) => {
    const { promisify } = nodeModule('node:util') as typeof util;
    const query = (name: string, callback: (error: Error | null, answer: string) => void): void => {
      bench.mark(`query ${name}`);
      setTimeout(callback, 0, null, `${name} answered`);
    };
    return twoRequests(bench, promisify(query));
  },
};

/** A function with a promise, made into one with a callback by `util.callbackify`: the callback too is below. Origin: ours. */
export const callbackified: Scenario = {
  name: 'thenable: callbackify',
  origin: 'javascript',
  needs: 'node',
  *main(bench): Steps {
    const { callbackify } = nodeModule('node:util') as typeof util;
    const query = callbackify((name: string) => bench.turn().then(() => `${name} answered`));
    const called = ['a', 'b'].map((name) =>
      bench.tracer.trace(
        name,
        (_span, done) =>
          new Promise<void>((resolve) => {
            query(name, (_error, answer) => {
              bench.mark(answer);
              done();
              resolve();
            });
          }),
      ),
    );
    yield Promise.all(called);
    const spans = bench.tracer.finishedSpans();
    for (const name of ['a', 'b']) isChildOf(spanNamed(spans, `${name} answered`), spanNamed(spans, name));
  },
};
