import type { ScopeManager } from '../contract.ts';
import type { Steps } from './steps.ts';

/** How a kit runs concurrent work: the threads, tasks or coroutines of its world. */
export interface Tasks {
  /**
   * Starts a task, as `loop.create_task` does: its first step runs after the caller gave way, and what is active where
   * it was started is active in it, if the manager can do that.
   */
  readonly spawn: <R>(body: () => Steps<R>) => PromiseLike<R>;
  /** Calls `fn` soon, outside this call stack, as `loop.call_soon` does. `fn` does not throw. */
  readonly later: (fn: () => void) => void;
}

/** Tasks as async functions: for managers that follow `await`. */
export const asyncFunctionTasks: Tasks = {
  async spawn<R>(body: () => Steps<R>): Promise<R> {
    await Promise.resolve();
    const steps = body();
    let step = steps.next();
    while (step.done !== true) {
      let value: unknown;
      try {
        value = await step.value;
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(value);
    }
    return step.value;
  },
  later: (fn) => void setTimeout(fn, 0),
};

/** Tasks as chains of `then`: for managers that follow promises but not `await`, and for those that follow neither. */
export const promiseChainTasks: Tasks = {
  spawn<R>(body: () => Steps<R>): Promise<R> {
    return Promise.resolve().then(() => chained(body()));
  },
  later: (fn) => void setTimeout(fn, 0),
};

function chained<R>(steps: Steps<R>): Promise<R> {
  const follow = (step: IteratorResult<PromiseLike<unknown>, R>): R | Promise<R> => {
    if (step.done === true) return step.value;
    return Promise.resolve(step.value).then(
      (value) => follow(steps.next(value)),
      (error: unknown) => follow(steps.throw(error)),
    );
  };
  return Promise.resolve(follow(steps.next()));
}

/** The same tasks, each with a context of its own to open scopes in, which inherits what is active where it starts. */
export function inContextsOfTheirOwn(manager: ScopeManager, { spawn, later }: Tasks): Tasks {
  return {
    spawn: (body) => manager.snapshot()(() => spawn(body)),
    later: (fn) => manager.snapshot()(() => later(fn)),
  };
}

/** For worlds that only know tasks: a callback is a short one. */
export function callbacksAsTasks(spawn: Tasks['spawn']): Tasks {
  const later = (fn: () => void): void => {
    void spawn(function* () {
      yield new Promise((resolve) => setTimeout(resolve, 0));
      fn();
    });
  };
  return { spawn, later };
}
