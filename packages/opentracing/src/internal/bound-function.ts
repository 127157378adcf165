// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes functions that take arguments
export type AnyFunction = (this: any, ...args: any[]) => any;

/** What every function has of its own; the last two are of sloppy functions, and cannot be copied. */
const ordinary = new Set<PropertyKey>(['length', 'name', 'prototype', 'arguments', 'caller']);

/** What functions of a kind inherit: `AsyncFunction`, `GeneratorFunction`, `AsyncGeneratorFunction`. */
interface Kind {
  readonly [Symbol.toStringTag]?: string;
}

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
  Object.defineProperty(bound, 'length', { value: fn.length, configurable: true });
  Object.defineProperty(bound, 'name', { value: fn.name, configurable: true });
  if (fn.prototype !== undefined) bound.prototype = fn.prototype as unknown;
  // Libraries tell by it what is awaited and what takes a callback. Of its own: the prototype is that of all functions.
  const kind = (Object.getPrototypeOf(fn) as Kind | null)?.[Symbol.toStringTag];
  if (kind !== undefined) Object.defineProperty(bound, Symbol.toStringTag, { value: kind, configurable: true });
  // Copying all descriptors costs 1.5 µs, and most functions have nothing else.
  for (const key of Reflect.ownKeys(fn)) {
    if (ordinary.has(key)) continue;
    // Node's own functions have some that cannot be changed; whoever binds may have to.
    Object.defineProperty(bound, key, { ...Object.getOwnPropertyDescriptor(fn, key), configurable: true });
  }
  return bound as unknown as F;
}
