import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { hasActiveParent } from './carried-context.ts';
import { normalizedStatement, statementName } from './sql.ts';
import { markFailed } from './span-error.ts';
import type { SpanLike, TracerLike } from './tracer-like.ts';

/** What a handler may know about a connection. */
export interface DatabaseConnection {
  /** Database (schema, keyspace) that the connection is on. */
  readonly instance?: string | undefined;
  /** Name of the user that the connection belongs to. */
  readonly user?: string | undefined;
  /** Name or address of the server. */
  readonly host?: string | undefined;
  /** Port of the server. */
  readonly port?: number | undefined;
}

/** What a handler needs to know about a query. */
export interface DatabaseQuery extends DatabaseConnection {
  /** The statement without its values; `undefined` when the library does not say. */
  readonly statement: string | undefined;
}

/** What a database answers to a statement that it refuses. */
export interface DatabaseRefusal {
  /** Its own code, such as the SQLSTATE `23505`. */
  readonly statusCode: string;
  /** The `error.kind`: what the library calls such errors, such as `DatabaseError`. */
  readonly kind: string;
}

/** What a user may choose about database spans. Callbacks that throw are reported once and otherwise ignored. */
export interface DatabaseOptions {
  /** `false` makes no span for the query. */
  shouldTrace?: ((query: DatabaseQuery) => boolean) | undefined;
  /** Called with the new span before the query is sent. */
  onQuery?: ((span: SpanLike, query: DatabaseQuery) => void) | undefined;
  /** `false` keeps the statement out of the span; its verb and table still make the name. */
  statement?: boolean | undefined;
  /** `false` makes no span for the time in which a caller waits for the pool to give it a connection. */
  connect?: boolean | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * One query of a database client: `start`, `fail` with the error that the application gets, `finish`.
 *
 * Tags: `span.kind=client`, `component`, `db.type`, `db.statement` (literals replaced, see `normalizedStatement`),
 * `db.instance`, `db.user`, `peer.hostname`, `peer.port`, `peer.service`; `error`, and the error as a log, with
 * `db.response.status_code` when it is the database that refused.
 * Name: the statement's verb and first table (`SELECT orders`).
 *
 * The span is not made active: rows may arrive long after the caller went on. No method throws.
 *
 * A wait for a connection of a pool, within a request: `startConnect`, `fail`, `finishConnect`. Name: `COMPONENT-pool.connect`. Tags:
 * `component`, `db.type`, `db.instance`, `db.user`, `peer.hostname`, `peer.port`; `db.pool.wait_ms`, milliseconds, when others had all of
 * the pool's connections. It is no call, and has no `span.kind`.
 */
export class DatabaseHandler {
  readonly #tracer: TracerLike;
  readonly #component: string;
  readonly #service: string;
  readonly #options: DatabaseOptions;
  readonly #boundary: Boundary;

  /**
   * @param component the client library, such as `pg`.
   * @param service what it talks to, such as `postgresql`.
   */
  constructor(tracer: TracerLike, component: string, service: string, options: DatabaseOptions = {}) {
    this.#tracer = tracer;
    this.#component = component;
    this.#service = service;
    this.#options = options;
    this.#boundary = new Boundary(component, options.onFailure);
  }

  /**
   * Starts a span. `read` describes the query and runs inside the boundary; `undefined` comes back when there is
   * nothing to trace, or it could not be.
   *
   * @param startMillis when the query began, in milliseconds since 1970, where that was before; now unless given
   */
  start(read: () => DatabaseQuery | undefined, startMillis?: number): SpanLike | undefined {
    const { shouldTrace, onQuery } = this.#options;
    return this.#boundary.start(read, shouldTrace, (query) => this.#startSpan(query, startMillis), onQuery);
  }

  /** Marks the span as failed; `refusal` is `undefined` for what the database has not answered. */
  fail(span: SpanLike, error: unknown, refusal?: DatabaseRefusal): void {
    this.#boundary.run(() => {
      if (refusal !== undefined) span.setTag('db.response.status_code', refusal.statusCode);
      markFailed(span, error, refusal?.kind);
    });
  }

  /** Ends the span. */
  finish(span: SpanLike): void {
    this.#boundary.run(() => span.finish());
  }

  /**
   * Starts the span of a wait for a connection. `undefined` when none is wanted, or no span is active: a pool that fills itself
   * belongs to no request.
   */
  startConnect(): SpanLike | undefined {
    if (this.#options.connect === false) return undefined;
    try {
      if (!hasActiveParent(this.#tracer)) return undefined;
      const tags = { component: this.#component, 'db.type': 'sql' };
      return this.#tracer.startSpan(`${this.#component}-pool.connect`, { tags });
    } catch (error) {
      this.#boundary.caught(error);
      return undefined;
    }
  }

  /**
   * Ends the span of a wait. `read` describes the connection and runs inside the boundary.
   *
   * @param waitMillis how long others had all connections; `undefined` when a new one was made
   */
  finishConnect(span: SpanLike, read: () => DatabaseConnection, waitMillis: number | undefined): void {
    this.#boundary.run(() => {
      for (const [key, value] of Object.entries(connectionTags(read()))) span.setTag(key, value);
      if (waitMillis !== undefined) span.setTag('db.pool.wait_ms', Math.round(waitMillis * 1000) / 1000);
      span.finish();
    });
  }

  #startSpan(query: DatabaseQuery, startMillis: number | undefined): SpanLike {
    const statement = query.statement === undefined ? undefined : normalizedStatement(query.statement);
    const tags: { [key: string]: unknown } = {
      'span.kind': 'client',
      component: this.#component,
      'db.type': 'sql',
      'peer.service': this.#service,
    };
    if (statement !== undefined && this.#options.statement !== false) tags['db.statement'] = statement;
    return this.#tracer.startSpan(statementName(statement ?? ''), {
      tags: { ...tags, ...connectionTags(query) },
      ...(startMillis !== undefined && { startTime: startMillis }),
    });
  }
}

function connectionTags({ instance, user, host, port }: DatabaseConnection): { [key: string]: unknown } {
  const tags: { [key: string]: unknown } = {};
  if (instance !== undefined) tags['db.instance'] = instance;
  if (user !== undefined) tags['db.user'] = user;
  if (host !== undefined) tags['peer.hostname'] = host;
  if (port !== undefined) tags['peer.port'] = port;
  return tags;
}
