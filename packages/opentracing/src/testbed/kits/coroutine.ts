import type { Span } from '../../contract.ts';
import { CoroutineScopeManager } from '../../scope-managers/coroutine.ts';
import { BareScopeManager, type Primitive } from '../bare-scope-manager.ts';
import type { Kit, Rig } from '../kit.ts';
import type { Steps } from '../steps.ts';
import { callbacksAsTasks } from '../tasks.ts';
import { impossibleOutsideOf } from './steps-only.ts';

/** Lets the caller go on first: the manager runs a coroutine at once until its first `yield`. */
function* soon<R>(body: () => Steps<R>): Steps<R> {
  yield Promise.resolve();
  return yield* body();
}

function rig(): Rig {
  const manager = new CoroutineScopeManager();
  const spawn = <R>(body: () => Steps<R>): Promise<R> =>
    manager.spawn(() => soon(body), { inherit: true }) as Promise<R>;
  return { manager, tasks: callbacksAsTasks(spawn) };
}

interface Coroutine {
  span: Span | undefined;
}

/** One variable for each coroutine, and a driver that switches them. */
function bareRig(): Rig {
  let current: Coroutine = { span: undefined };
  const within = <R>(coroutine: Coroutine, fn: () => R): R => {
    const before = current;
    current = coroutine;
    try {
      return fn();
    } finally {
      current = before;
    }
  };
  const primitive: Primitive = {
    get: () => current.span,
    set: (span) => {
      current.span = span;
    },
    run: (span, fn) => within({ span }, fn),
  };
  const spawn = async <R>(body: () => Steps<R>): Promise<R> => {
    const coroutine = { span: current.span };
    await Promise.resolve();
    const steps = body();
    let step = within(coroutine, () => steps.next());
    while (step.done !== true) {
      const [failed, value] = await settled(within(coroutine, () => step.value as PromiseLike<unknown>));
      step = within(coroutine, () => (failed ? steps.throw(value) : steps.next(value)));
    }
    return step.value;
  };
  return { manager: new BareScopeManager(primitive), tasks: callbacksAsTasks(spawn) };
}

function settled(promise: PromiseLike<unknown>): PromiseLike<[failed: boolean, value: unknown]> {
  return promise.then(
    (value) => [false, value],
    (error: unknown) => [true, error],
  );
}

/** {@link CoroutineScopeManager}, with tasks as coroutines of it. */
export const coroutineKit: Kit = {
  name: 'coroutine',
  rig,
  bare: bareRig,
  impossible: impossibleOutsideOf('coroutines'),
};
