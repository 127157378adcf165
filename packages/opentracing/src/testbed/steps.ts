import { isGenerator } from '../internal/stepwise.ts';

/**
 * The steps of a task: a generator that yields the promises it waits for and is given their values. Each kit drives it
 * as its world does: as an async function, a promise chain, a coroutine, a fiber.
 */
export type Steps<R = void> = Generator<PromiseLike<unknown>, R, unknown>;

/** What a task does: in steps, or in one go. */
export type Work<R = void> = () => Steps<R> | R;

/** The steps of `work`: none if it is done in one go. */
export function* stepsOf<R>(work: Work<R>): Steps<R> {
  const result = work();
  return isGenerator(result) ? yield* result as Steps<R> : result;
}

/**
 * Runs `work` in a scope and closes it, however the work ends: Python's `with scope:`, and what a compiler makes of
 * `using scope = …`. Spelled out, because Node 20 cannot parse `using`.
 */
export function* within<R>(scope: Disposable, work: Work<R>): Steps<R> {
  try {
    return yield* stepsOf(work);
  } finally {
    scope[Symbol.dispose]();
  }
}
