import { AsyncResource } from 'node:async_hooks';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';

interface Pool {
  connect(...args: unknown[]): unknown;
}

/**
 * Lets the callback of `pool.connect`, which `pool.query` uses too, run in its caller's context. A caller who has to
 * wait would otherwise go on in the context of whoever gave a client back.
 */
export function instrumentPool(prototype: object | undefined): Restore | undefined {
  const owner = ownerOfConnect(prototype);
  if (owner === undefined) return undefined;
  return replaceFunction(owner, 'connect', (original, enabled) => {
    return function connect(this: unknown, ...args: unknown[]): unknown {
      const [callback, ...others] = args;
      if (typeof callback !== 'function' || !enabled()) return Reflect.apply(original, this, args);
      return Reflect.apply(original, this, [
        AsyncResource.bind(callback as (...args: unknown[]) => unknown),
        ...others,
      ]);
    };
  });
}

/** `pg.Pool` extends the class of the package `pg-pool`, whose `connect` it is. */
function ownerOfConnect(prototype: object | undefined): Pool | undefined {
  for (let owner = prototype; owner; owner = Object.getPrototypeOf(owner) as object | undefined) {
    if (Object.hasOwn(owner, 'connect')) return owner as Pool;
  }
  return undefined;
}
