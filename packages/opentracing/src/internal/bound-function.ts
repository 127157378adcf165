// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes functions that take arguments
export type AnyFunction = (this: any, ...args: any[]) => any;

/** What is not copied: the first one cannot be described anew, and the last two, of sloppy functions, not at all. */
const ordinary = new Set<PropertyKey>(['prototype', 'arguments', 'caller']);

/** A function that hands each call of `fn`, with its `this` and arguments, to `around`; else it is as `fn` is. */
export function boundFunction<F extends AnyFunction>(
  fn: F,
  around: (call: () => unknown, self: unknown, args: unknown[]) => unknown,
): F {
  if (typeof fn !== 'function') throw new TypeError(`not a function: ${String(fn)}`);
  function bound(this: unknown, ...args: unknown[]): unknown {
    const made = new.target as Function | undefined;
    const make = made === bound ? fn : made;
    return around(() => (make ? Reflect.construct(fn, args, make) : Reflect.apply(fn, this, args)), this, args);
  }
  // As `bind` of the language does. Libraries tell by what is inherited what is awaited and what takes a callback.
  Object.setPrototypeOf(bound, Object.getPrototypeOf(fn) as object | null);
  if (fn.prototype !== undefined) bound.prototype = fn.prototype as unknown;
  for (const key of Reflect.ownKeys(fn)) {
    if (ordinary.has(key)) continue;
    // Node's own functions have some that cannot be changed; whoever binds may have to.
    Object.defineProperty(bound, key, { ...Object.getOwnPropertyDescriptor(fn, key), configurable: true });
  }
  return bound as unknown as F;
}
