import type { ScopeManager, Span } from '../contract.ts';
import { bindListener } from './bound-listener.ts';

const managersOf = new WeakMap<object, WeakSet<ScopeManager>>();

/**
 * Makes the callbacks of `then` run with what is active where `then` is called, or with `span`, or with nothing (`null`):
 * for promises that are not native and call back from wherever they like, such as the queries of some database clients.
 * `await` needs none of this, and neither do native promises.
 *
 * Only `then` is replaced; `catch` and `finally` are bound too where they are made of it, as they usually are. What `then`
 * returns is not bound.
 *
 * @returns the same thenable; nothing changes when it is bound to this manager already
 */
export function bindThenable<T extends PromiseLike<unknown>>(
  manager: ScopeManager,
  thenable: T,
  span?: Span | null,
): T {
  const managers = managersOf.get(thenable) ?? new WeakSet();
  if (managers.has(manager)) return thenable;
  managersOf.set(thenable, managers.add(manager));
  const { then } = thenable as { then: (...callbacks: unknown[]) => unknown };
  const value = function (this: unknown, ...callbacks: unknown[]): unknown {
    const bound = callbacks.map((callback) =>
      typeof callback === 'function' ? bindListener(manager, callback as never, span) : callback,
    );
    return Reflect.apply(then, this, bound);
  };
  // oxlint-disable-next-line unicorn/no-thenable -- it is one already
  Object.defineProperty(thenable, 'then', { value, configurable: true, writable: true, enumerable: false });
  return thenable;
}
