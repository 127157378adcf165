/**
 * Tracing for the PostgreSQL client `pg` (8 and later; its JavaScript client and its pool).
 *
 * @module
 */
import { requireTracer } from './instrumentation.ts';
import type { Instrumentation } from './instrumentation.ts';
import { instrumentPool } from './pg/pool.ts';
import { instrumentQuery } from './pg/query.ts';
import type { PgClient } from './pg/query.ts';
import { DatabaseHandler } from './protocol/database.ts';
import type { DatabaseOptions } from './protocol/database.ts';
import type { TracerLike } from './protocol/tracer-like.ts';

export type { Instrumentation } from './instrumentation.ts';
export type { DatabaseConnection, DatabaseOptions, DatabaseQuery } from './protocol/database.ts';

/** Settings of `instrumentPg`. */
export interface PgInstrumentationOptions extends DatabaseOptions {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
}

/** What is needed of the module `pg`, by `require('pg')` or `import pg from 'pg'`. */
export interface PgModule {
  /** The class of single connections. */
  Client: abstract new (...args: never[]) => object;
  /** The class of pools. */
  Pool: abstract new (...args: never[]) => object;
}

/**
 * Traces every query of this copy of `pg`: promises, callbacks, and query objects such as cursors and streams. A span
 * covers the time a query waits in its client's queue. The time for which a request waits until the pool has a client for it
 * is a span of its own, `pg-pool.connect`; there is none when a client is at hand. A query of a pool that gets no client has
 * the error there, or on a span of the query where there is no wait to tell of it, as outside of a request. Callbacks, those
 * of the pool included, run in the context that they were given in, so that the active span is theirs and not that of whoever
 * opened the connection.
 *
 * The module is given by the application, so that it works in bundles and with more than one copy of `pg`. A copy that
 * is instrumented already is left as it is. The native client (`pg.native`) is not covered.
 *
 * ```ts
 * import pg from 'pg';
 * instrumentPg(pg, { tracer });
 * ```
 *
 * @throws {TypeError} when `tracer` is not a tracer, or `pg` is not the module.
 */
export function instrumentPg(pg: PgModule, options: PgInstrumentationOptions): Instrumentation {
  requireTracer(options?.tracer, 'instrumentPg(pg, { tracer })');
  const prototype = pg?.Client?.prototype as PgClient | undefined;
  if (typeof prototype?.query !== 'function') {
    throw new TypeError(
      'instrumentPg(pg, …) must be given the module `pg`, which has a class `Client` with a method `query`',
    );
  }
  const handler = new DatabaseHandler(options.tracer, 'pg', 'postgresql', options);
  const restores = [instrumentQuery(prototype, handler), instrumentPool(pg.Pool?.prototype, handler)];
  return {
    uninstall: () => {
      for (const restore of restores.splice(0)) restore?.();
    },
  };
}
