import type { ScopeManager } from '../contract.ts';
import type { AnyFunction } from './bound-function.ts';

/** Told once that work is over, and with what it failed if it did. */
export type Over = (error?: unknown, failed?: boolean) => unknown;

/** Somebody who waits for the end of a thenable. */
interface Waiting {
  /** Calls a function where the thenable was made. */
  readonly enter: <R>(fn: () => R) => R;
  readonly over: Over;
}

/**
 * Who waits for which thenable, of each manager. The application may give the same one again and again: an answer that it
 * keeps, say.
 */
const following: WeakMap<ScopeManager, WeakMap<object, Set<Waiting>>> = new WeakMap();

/**
 * Gives a thenable a `then` of its own, one for all who wait: the work that it begins runs where the thenable was made,
 * and its first end is told. False when the thenable does not let itself be changed.
 */
export function followThenable(manager: ScopeManager, thenable: PromiseLike<unknown>, over: Over): boolean {
  let thenables = following.get(manager);
  if (!thenables) following.set(manager, (thenables = new WeakMap()));
  let waiting = thenables.get(thenable);
  if (!waiting) {
    waiting = new Set();
    if (!replaceThen(manager, thenable, waiting)) return false;
    thenables.set(thenable, waiting);
  }
  waiting.add({ enter: manager.snapshot(), over });
  return true;
}

function replaceThen(manager: ScopeManager, thenable: PromiseLike<unknown>, waiting: Set<Waiting>): boolean {
  const { then } = thenable as { then: AnyFunction };
  const value = function (this: unknown, resolve?: unknown, reject?: unknown): unknown {
    // Not those who come later: a query may begin anew with every `then`. Who waited first was the nearest to it.
    const told = [...waiting];
    const end: Over = (error, failed) => {
      for (const one of told) if (waiting.delete(one)) one.over(error, failed);
    };
    // The callbacks are the caller's.
    const back = manager.snapshot();
    const rejected = (error: unknown): unknown => {
      end(error, true);
      if (typeof reject !== 'function') throw error;
      return back(() => reject(error) as unknown);
    };
    const resolved = (result: unknown): unknown => {
      try {
        end();
      } catch (error) {
        return rejected(error);
      }
      return typeof resolve === 'function' ? back(() => resolve(result) as unknown) : result;
    };
    try {
      return (told[0]?.enter ?? back)(() => Reflect.apply(then, this, [resolved, rejected]) as unknown);
    } catch (error) {
      end(error, true);
      throw error;
    }
  };
  // oxlint-disable-next-line unicorn/no-thenable -- it is one already
  return Reflect.defineProperty(thenable, 'then', { value, configurable: true, writable: true });
}
