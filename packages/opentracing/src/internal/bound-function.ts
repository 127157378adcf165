// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes functions that take arguments
export type AnyFunction = (this: any, ...args: any[]) => any;

/** A function that hands each call of `fn`, with its `this` and arguments, to `around`; else it is as `fn` is. */
export function boundFunction<F extends AnyFunction>(
  fn: F,
  around: (call: () => unknown, self: unknown, args: unknown[]) => unknown,
): F {
  function bound(this: unknown, ...args: unknown[]): unknown {
    const make = new.target as Function | undefined;
    return around(() => (make ? Reflect.construct(fn, args, make) : Reflect.apply(fn, this, args)), this, args);
  }
  // Length, name, and whatever people hung on it.
  Object.defineProperties(bound, Object.getOwnPropertyDescriptors(fn));
  return bound as F;
}
