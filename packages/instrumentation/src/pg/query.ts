import { AsyncResource } from 'node:async_hooks';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';
import type { DatabaseHandler, DatabaseQuery } from '../protocol/database.ts';
import type { SpanLike } from '../protocol/tracer-like.ts';
import { refusalOf } from './refusal.ts';

/** The fields of a `pg` client, and of a pool's options, that are read. */
export interface PgConnection {
  readonly database?: string;
  readonly user?: string;
  readonly host?: string;
  readonly port?: number;
}

/** A `pg` client. */
export interface PgClient extends PgConnection {
  query(...args: unknown[]): unknown;
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/**
 * A query object: a `pg.Query`, a cursor, a stream. The client calls these two when the query has failed or is over.
 */
interface Submittable {
  submit: AnyFunction;
  text?: unknown;
  callback?: AnyFunction;
  handleError?: AnyFunction;
  handleReadyForQuery?: AnyFunction;
}

/** Traces `client.query` in all of its call shapes. */
export function instrumentQuery(prototype: PgClient, handler: DatabaseHandler): Restore | undefined {
  return replaceFunction(prototype, 'query', (original, enabled) => {
    return function query(this: PgClient, ...args: unknown[]): unknown {
      const span = enabled() ? handler.start(() => queryOf(this, args[0])) : undefined;
      if (span === undefined) return Reflect.apply(original, this, args);
      const send = (actual: unknown[]): unknown => Reflect.apply(original, this, actual);
      return isSubmittable(args[0])
        ? queryObject(new OpenQuery(handler, span), send, args as [Submittable, ...unknown[]])
        : queryText(new OpenQuery(handler, span), send, args);
    };
  });
}

/** The query of a first argument; `undefined` for what `pg` refuses with an exception. */
export function queryOf(connection: PgConnection, config: unknown): DatabaseQuery | undefined {
  if (config === null || config === undefined) return undefined;
  const text = typeof config === 'string' ? config : (config as { text?: unknown }).text;
  return {
    statement: typeof text === 'string' ? text : undefined,
    instance: connection.database,
    user: connection.user,
    host: connection.host,
    port: connection.port,
  };
}

function isSubmittable(config: unknown): boolean {
  return typeof (config as Partial<Submittable>).submit === 'function';
}

/** The span of a query, which ends once. */
class OpenQuery {
  readonly #handler: DatabaseHandler;
  readonly #span: SpanLike;
  #open = true;

  constructor(handler: DatabaseHandler, span: SpanLike) {
    this.#handler = handler;
    this.#span = span;
  }

  end(error?: unknown): void {
    if (!this.#open) return;
    this.#open = false;
    if (error !== undefined && error !== null) this.#handler.fail(this.#span, error, refusalOf(error));
    this.#handler.finish(this.#span);
  }

  /** A callback in the place of the application's: it ends the span, and runs the application's in its own context. */
  ending(callback: AnyFunction): AnyFunction {
    const end = (error: unknown): void => this.end(error);
    return AsyncResource.bind(function ended(this: unknown, error: unknown, ...results: unknown[]): unknown {
      end(error);
      return Reflect.apply(callback, this, [error, ...results]);
    });
  }

  /** What `send` returns; when it throws instead, the span ends with an error. */
  sent(send: () => unknown): unknown {
    let returned = false;
    try {
      const result = send();
      returned = true;
      return result;
    } finally {
      if (!returned) this.end(new Error('The query was refused by the client'));
    }
  }
}

/** (text | config, values?, callback?), with the callback in any place, also inside the config. */
function queryText(open: OpenQuery, send: (args: unknown[]) => unknown, args: unknown[]): unknown {
  const last = typeof args[2] === 'function' ? 2 : typeof args[1] === 'function' ? 1 : 0;
  const actual = [...args];
  if (last > 0) {
    actual[last] = open.ending(args[last] as AnyFunction);
    return open.sent(() => send(actual));
  }
  const { callback } = args[0] as { callback?: unknown };
  if (typeof callback === 'function') {
    actual[0] = withCallback(args[0] as object, open.ending(callback as AnyFunction));
    return open.sent(() => send(actual));
  }
  return endingPromise(
    open,
    open.sent(() => send(actual)),
  );
}

/**
 * The config with another callback. All else is read from the config itself, for its members may be getters of a class
 * (as those of `sql-template-strings`), which a copy would lose, or private to it; what is written does not reach it.
 */
function withCallback(config: object, callback: AnyFunction): object {
  const own = Object.create(config, {
    callback: { value: callback, writable: true, enumerable: true, configurable: true },
  }) as object;
  return new Proxy(own, {
    get: (_own, key): unknown => Reflect.get(Object.hasOwn(own, key) ? own : config, key),
  });
}

/** A rejection that nobody handles stays one: what comes back is the promise after ours. */
function endingPromise(open: OpenQuery, result: unknown): unknown {
  const promise = result as Promise<unknown> | undefined;
  if (typeof promise?.then !== 'function') {
    open.end();
    return result;
  }
  return promise.then(
    (value) => {
      open.end();
      return value;
    },
    (error: unknown) => {
      open.end(error);
      throw error;
    },
  );
}

/** A query object hears of its end by two methods, whichever way the application listens to it. */
function queryObject(
  open: OpenQuery,
  send: (args: unknown[]) => unknown,
  [query, ...others]: [Submittable, ...unknown[]],
): unknown {
  before(query, 'handleError', (error) => open.end(error));
  before(query, 'handleReadyForQuery', () => open.end());
  if (typeof query.callback === 'function') query.callback = AsyncResource.bind(query.callback);
  const actual = others.map((value) =>
    typeof value === 'function' ? AsyncResource.bind(value as AnyFunction) : value,
  );
  return open.sent(() => send([query, ...actual]));
}

/** Calls `action` with the arguments of the first call of `object[name]`, which then is what it was. */
function before(
  object: Submittable,
  name: 'handleError' | 'handleReadyForQuery',
  action: (argument: unknown) => void,
): void {
  const original = object[name];
  if (original === undefined) return;
  const own = Object.getOwnPropertyDescriptor(object, name);
  const replacement: AnyFunction = function (...args) {
    if (own === undefined) delete object[name];
    else Object.defineProperty(object, name, own);
    action(args[0]);
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(object, name, { configurable: true, writable: true, enumerable: false, value: replacement });
}
