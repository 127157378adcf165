import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { normalizedStatement, statementName } from './sql.ts';
import { markFailed } from './span-error.ts';
import type { SpanLike, TracerLike } from './tracer-like.ts';

/** What a handler needs to know about a query. */
export interface DatabaseQuery {
  /** The statement without its values; `undefined` when the library does not say. */
  readonly statement: string | undefined;
  /** Database (schema, keyspace) that the connection is on. */
  readonly instance?: string | undefined;
  /** Name of the user that the connection belongs to. */
  readonly user?: string | undefined;
  /** Name or address of the server. */
  readonly host?: string | undefined;
  /** Port of the server. */
  readonly port?: number | undefined;
}

/** What a user may choose about database spans. Callbacks that throw are reported once and otherwise ignored. */
export interface DatabaseOptions {
  /** `false` makes no span for the query. */
  shouldTrace?: ((query: DatabaseQuery) => boolean) | undefined;
  /** Called with the new span before the query is sent. */
  onQuery?: ((span: SpanLike, query: DatabaseQuery) => void) | undefined;
  /** `false` keeps the statement out of the span; its verb and table still make the name. */
  statement?: boolean | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * One query of a database client: `start`, `fail` with the error that the application gets, `finish`.
 *
 * Tags: `span.kind=client`, `component`, `db.type`, `db.statement` (literals replaced, see `normalizedStatement`),
 * `db.instance`, `db.user`, `peer.hostname`, `peer.port`, `peer.service`; `error`, and the error as a log.
 * Name: the statement's verb and first table (`SELECT orders`).
 *
 * The span is not made active: rows may arrive long after the caller went on. No method throws.
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
   */
  start(read: () => DatabaseQuery | undefined): SpanLike | undefined {
    const { shouldTrace, onQuery } = this.#options;
    return this.#boundary.start(read, shouldTrace, (query) => this.#startSpan(query), onQuery);
  }

  /** Marks the span as failed. */
  fail(span: SpanLike, error: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span. */
  finish(span: SpanLike): void {
    this.#boundary.run(() => span.finish());
  }

  #startSpan(query: DatabaseQuery): SpanLike {
    const statement = query.statement === undefined ? undefined : normalizedStatement(query.statement);
    const tags: { [key: string]: unknown } = {
      'span.kind': 'client',
      component: this.#component,
      'db.type': 'sql',
      'peer.service': this.#service,
    };
    if (statement !== undefined && this.#options.statement !== false) tags['db.statement'] = statement;
    if (query.instance !== undefined) tags['db.instance'] = query.instance;
    if (query.user !== undefined) tags['db.user'] = query.user;
    if (query.host !== undefined) tags['peer.hostname'] = query.host;
    if (query.port !== undefined) tags['peer.port'] = query.port;
    return this.#tracer.startSpan(statementName(statement ?? ''), { tags });
  }
}
