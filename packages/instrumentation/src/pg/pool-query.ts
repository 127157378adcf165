import type { DatabaseHandler } from '../protocol/database.ts';
import { queryOf } from './query.ts';
import type { PgConnection } from './query.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Where a pool connects to, as far as its options say. */
interface ConnectingPool {
  readonly options?: PgConnection;
}

/** What `pool.query` was asked for. Its client traces it; it has a span here when there is no client. */
export class PoolQuery {
  readonly #handler: DatabaseHandler;
  readonly #pool: ConnectingPool;
  readonly #config: unknown;
  readonly #startMillis: number = Date.now();

  /** @param config the first argument */
  constructor(handler: DatabaseHandler, pool: ConnectingPool, config: unknown) {
    this.#handler = handler;
    this.#pool = pool;
    this.#config = config;
  }

  /** A callback in the place of the one that waits for a client. */
  failing(callback: AnyFunction): AnyFunction {
    const fail = (error: unknown): void => this.#fail(error);
    return function failed(this: unknown, error: unknown, ...others: unknown[]): unknown {
      if (error !== undefined && error !== null) fail(error);
      return Reflect.apply(callback, this, [error, ...others]);
    };
  }

  #fail(error: unknown): void {
    const span = this.#handler.start(() => queryOf(this.#pool.options ?? {}, this.#config), this.#startMillis);
    if (span === undefined) return;
    this.#handler.fail(span, error);
    this.#handler.finish(span);
  }
}
