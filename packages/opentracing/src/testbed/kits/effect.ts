import type { Span } from '../../contract.ts';
import { EffectScopeManager } from '../../scope-managers/effect.ts';
import { BareScopeManager, type Primitive } from '../bare-scope-manager.ts';
import type { Kit, Rig } from '../kit.ts';
import type { Steps } from '../steps.ts';
import { callbacksAsTasks, type Tasks } from '../tasks.ts';
import { impossibleOutsideOf } from './steps-only.ts';

/** What is used of an effect. */
export interface EffectLike<A> {
  [Symbol.iterator](): Iterator<EffectLike<unknown>, A, unknown>;
}

/** What is used of `Effect`, of effect 3 or 4. */
export interface EffectModule {
  gen(body: () => Generator<EffectLike<unknown>, void, unknown>): EffectLike<void>;
  promise<A>(evaluate: () => PromiseLike<A>): EffectLike<A>;
  runFork(effect: EffectLike<void>): unknown;
}

/** A version of Effect. */
export interface EffectLibrary {
  readonly Effect: EffectModule;
  readonly currentFiber: () => object | undefined;
}

type Settled = { readonly failed: boolean; readonly value: unknown };

/** Tasks as fibers. `handOver` is called in the parent, and what it gives as the first in the child. */
function fibers({ Effect }: EffectLibrary, handOver: () => () => void): Tasks {
  const spawn = <R>(body: () => Steps<R>): Promise<R> =>
    new Promise((resolve, reject) => {
      const inherit = handOver();
      const program = Effect.gen(function* () {
        yield* Effect.promise(() => Promise.resolve());
        inherit();
        try {
          const steps = body();
          let step = steps.next();
          while (step.done !== true) {
            const waitedFor = step.value;
            const { failed, value } = yield* Effect.promise(() => settled(waitedFor));
            step = failed ? steps.throw(value) : steps.next(value);
          }
          resolve(step.value);
        } catch (error) {
          reject(error);
        }
      });
      Effect.runFork(program);
    });
  return callbacksAsTasks(spawn);
}

/** A yielded promise does not fail the fiber: its error is thrown into the steps. */
function settled(promise: PromiseLike<unknown>): Promise<Settled> {
  return new Promise((resolve) => {
    promise.then(
      (value) => resolve({ failed: false, value }),
      (error: unknown) => resolve({ failed: true, value: error }),
    );
  });
}

/** One entry for each fiber, and one variable outside of them. */
function spanOfFiber(currentFiber: () => object | undefined): Primitive {
  const outside = {};
  const spans = new WeakMap<object, Span | undefined>();
  const key = (): object => currentFiber() ?? outside;
  const set = (span: Span | undefined): void => void spans.set(key(), span);
  return {
    get: () => spans.get(key()),
    set,
    run: (span, fn) => {
      const before = spans.get(key());
      set(span);
      try {
        return fn();
      } finally {
        set(before);
      }
    },
  };
}

/** {@link EffectScopeManager}, with tasks as fibers that are handed what is active. */
export function effectKit(name: string, library: EffectLibrary): Kit {
  return {
    name,
    rig: (): Rig => {
      const manager = new EffectScopeManager(library.currentFiber);
      return { manager, tasks: fibers(library, () => manager.handOver()) };
    },
    bare: (): Rig => {
      const primitive = spanOfFiber(library.currentFiber);
      const handOver = (): (() => void) => {
        const span = primitive.get();
        return () => primitive.set(span);
      };
      return { manager: new BareScopeManager(primitive), tasks: fibers(library, handOver) };
    },
    impossible: impossibleOutsideOf('fibers'),
  };
}
