import { AsyncResource } from 'node:async_hooks';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';
import type { DatabaseConnection, DatabaseHandler } from '../protocol/database.ts';
import type { SpanLike } from '../protocol/tracer-like.ts';
import { PoolQuery } from './pool-query.ts';
import type { PgConnection } from './query.ts';
import { refusalOf } from './refusal.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** The fields of a pool that are read. Counts are absent in pools that are not of `pg-pool`. */
interface Pool {
  connect(...args: unknown[]): unknown;
  query(...args: unknown[]): unknown;
  readonly idleCount?: number;
  readonly waitingCount?: number;
  readonly totalCount?: number;
  readonly options?: PgConnection & { readonly max?: number };
}

/**
 * Traces the time for which a caller of `pool.connect`, which `pool.query` uses too, waits for a client; and a query that gets
 * none, where no wait tells of it. Callbacks run in their caller's context: one who has to wait would otherwise go on in the
 * context of whoever gave a client back.
 */
export function instrumentPool(prototype: object | undefined, handler: DatabaseHandler): Restore | undefined {
  const owner = ownerOfConnect(prototype);
  if (owner === undefined) return undefined;
  /** The query that is being asked for: the call of `connect` that comes within that of `query` is for it. */
  let asked: PoolQuery | undefined;
  const restores = [
    replaceFunction(owner, 'query', (original, enabled) => {
      return function query(this: Pool, ...args: unknown[]): unknown {
        if (enabled()) asked = new PoolQuery(handler, this, args[0]);
        try {
          return Reflect.apply(original, this, args);
        } finally {
          asked = undefined;
        }
      };
    }),
    replaceFunction(owner, 'connect', (original, enabled) => {
      return function connect(this: Pool, ...args: unknown[]): unknown {
        if (!enabled()) return Reflect.apply(original, this, args);
        const query = asked;
        asked = undefined;
        const wait = hasClientAtHand(this) ? undefined : PoolWait.begin(this, handler);
        const [callback, ...others] = args;
        if (typeof callback !== 'function') return endingPromise(wait, Reflect.apply(original, this, args));
        if (wait !== undefined) {
          const bound = AsyncResource.bind(callback as AnyFunction);
          return Reflect.apply(original, this, [wait.ending(bound), ...others]);
        }
        const own = query === undefined ? (callback as AnyFunction) : query.failing(callback as AnyFunction);
        return Reflect.apply(original, this, [AsyncResource.bind(own), ...others]);
      };
    }),
  ];
  return () => {
    for (const restore of restores) restore?.();
  };
}

/** `pg.Pool` extends the class of the package `pg-pool`, whose `connect` it is. */
function ownerOfConnect(prototype: object | undefined): Pool | undefined {
  for (let owner = prototype; owner; owner = Object.getPrototypeOf(owner) as object | undefined) {
    if (Object.hasOwn(owner, 'connect')) return owner as Pool;
  }
  return undefined;
}

/** A client that is idle, and for which nobody else waits, is given in the next tick. */
function hasClientAtHand({ idleCount = 0, waitingCount = 0 }: Pool): boolean {
  return idleCount > waitingCount;
}

/** Somebody waits until a client is free, or a new one is connected. */
class PoolWait {
  readonly #handler: DatabaseHandler;
  readonly #span: SpanLike;
  /** When it began, in milliseconds, if the pool may make no more clients: then it is others that are waited for. */
  readonly #startMillis: number | undefined;

  private constructor(handler: DatabaseHandler, span: SpanLike, startMillis: number | undefined) {
    this.#handler = handler;
    this.#span = span;
    this.#startMillis = startMillis;
  }

  static begin({ totalCount = 0, options }: Pool, handler: DatabaseHandler): PoolWait | undefined {
    const span = handler.startConnect();
    if (span === undefined) return undefined;
    return new PoolWait(handler, span, totalCount < (options?.max ?? Infinity) ? undefined : performance.now());
  }

  /** A callback in the place of the caller's. */
  ending(callback: AnyFunction): AnyFunction {
    const end = (error: unknown, client: unknown): void => this.end(error, client);
    return function ended(this: unknown, error: unknown, client: unknown, ...others: unknown[]): unknown {
      end(error, client);
      return Reflect.apply(callback, this, [error, client, ...others]);
    };
  }

  end(error: unknown, client?: unknown): void {
    const waitMillis = this.#startMillis === undefined ? undefined : performance.now() - this.#startMillis;
    if (error !== undefined && error !== null) this.#handler.fail(this.#span, error, refusalOf(error));
    this.#handler.finishConnect(this.#span, () => describe(client), waitMillis);
  }
}

function describe(client: unknown): DatabaseConnection {
  const { database, user, host, port } = (client ?? {}) as PgConnection;
  return { instance: database, user, host, port };
}

/** A rejection that nobody handles stays one: what comes back is the promise after ours. */
function endingPromise(wait: PoolWait | undefined, result: unknown): unknown {
  if (wait === undefined) return result;
  return (result as Promise<unknown>).then(
    (client) => {
      wait.end(undefined, client);
      return client;
    },
    (error: unknown) => {
      wait.end(error ?? new Error('The pool gave no client'));
      throw error;
    },
  );
}
