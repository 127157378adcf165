import type { IncomingMessage, ServerResponse } from 'node:http';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';
import { HttpServerHandler } from '../protocol/http-server.ts';
import type { HttpServerAdapter, HttpServerOptions } from '../protocol/http-server.ts';
import type { ScopeLike, SpanLike, TracerLike } from '../protocol/tracer-like.ts';
import { onSocketClose } from './socket-close.ts';

/** What a user may choose about the spans of `node:http` and `node:https` servers. */
export type NodeHttpServerOptions = HttpServerOptions<IncomingMessage, ServerResponse>;

type Handler = HttpServerHandler<IncomingMessage, ServerResponse>;
type Emit = (this: unknown, ...args: unknown[]) => unknown;

/**
 * On each request that has been looked at, in any copy of this package: `checkContinue` listeners
 * emit `request` themselves.
 */
const SEEN = Symbol.for('spanwise.http.seen');

/**
 * Traces every request that a server of these prototypes emits, listeners that were added before included. WebSocket
 * and other upgrades are left alone: their connection may live for days, and a span of that length helps nobody.
 */
export function instrumentServers(
  prototypes: readonly object[],
  tracer: TracerLike,
  options: NodeHttpServerOptions,
): Restore[] {
  const handler: Handler = new HttpServerHandler(tracer, nodeServerAdapter, options);
  const wrap = (original: Emit, enabled: () => boolean): Emit =>
    function emit(this: unknown, ...args: unknown[]): unknown {
      if (!carriesRequest(args[0]) || !enabled()) return Reflect.apply(original, this, args);
      return emitTraced(handler, original, this, args);
    };
  const restores: Restore[] = [];
  for (const prototype of prototypes) {
    const restore = replaceFunction(prototype as { emit: Emit }, 'emit', wrap);
    if (restore !== undefined) restores.push(restore);
  }
  return restores;
}

function carriesRequest(event: unknown): boolean {
  return event === 'request' || event === 'checkContinue' || event === 'checkExpectation';
}

function emitTraced(handler: Handler, original: Emit, server: unknown, args: unknown[]): unknown {
  const request = args[1] as IncomingMessage & { [SEEN]?: boolean };
  const response = args[2] as ServerResponse;
  if (request?.[SEEN] !== undefined || response === undefined) return Reflect.apply(original, server, args);
  request[SEEN] = true;
  const span = handler.start(request);
  if (span === undefined) return Reflect.apply(original, server, args);
  const exchange = new ServerExchange(handler, span, request, response);
  return handler.run(span, (scope) => exchange.serve(scope, () => Reflect.apply(original, server, args)));
}

/** A request on its way through the application. */
class ServerExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly #handler: Handler;
  readonly #span: SpanLike;
  #scope: ScopeLike | undefined;
  #stopListening: (() => void) | undefined;
  #open = true;

  constructor(handler: Handler, span: SpanLike, request: IncomingMessage, response: ServerResponse) {
    this.#handler = handler;
    this.#span = span;
    this.request = request;
    this.response = response;
    const finish = (): void => this.#finish();
    // Comes after the last byte and after an abort alike.
    response.on('close', finish);
    // A pipelined response that waits for the one before it has no socket yet, and hears nothing when the
    // client goes away; its request hears of that only while its body is unread. What is injected without a
    // connection has no such socket.
    if (response.socket === null && typeof request.socket?.once === 'function') {
      this.#stopListening = onSocketClose(request.socket, finish);
    }
  }

  get aborted(): boolean {
    return !this.response.writableFinished;
  }

  /** Runs the application's listeners. */
  serve(scope: ScopeLike | undefined, listeners: () => unknown): unknown {
    this.#scope = scope;
    let returned = false;
    try {
      const result = listeners();
      returned = true;
      return result;
    } finally {
      if (!returned) this.#handler.fail(this.#span);
    }
  }

  #finish(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#stopListening?.();
    if (this.response.errored) this.#handler.fail(this.#span, this.response.errored);
    this.#handler.finish(this.#span, this.#scope, this);
  }
}

const nodeServerAdapter: HttpServerAdapter<IncomingMessage, ServerResponse> = {
  component: 'http',
  method: (request) => request.method ?? 'GET',
  target: (request) => request.url ?? '/',
  origin: (request) => `${isSecure(request) ? 'https' : 'http'}://${request.headers.host ?? localAddress(request)}`,
  headers: (request) => request.headers,
  peerAddress: (request) => request.socket.remoteAddress,
  peerPort: (request) => request.socket.remotePort,
  route: expressRoute,
  status: (response) => (response.headersSent ? response.statusCode : undefined),
  contentType,
};

/** Headers that are given to `writeHead` are in the text that was sent only. */
function contentType(response: ServerResponse & { readonly _header?: unknown }): string | undefined {
  const { _header: sent } = response;
  return typeof sent === 'string' ? /\ncontent-type: *([^\r\n]+)/i.exec(sent)?.[1] : undefined;
}

function isSecure(request: IncomingMessage): boolean {
  return 'encrypted' in request.socket;
}

/** HTTP/1.0 needs no Host header. */
function localAddress({ socket }: IncomingMessage): string {
  const { localAddress: address = 'localhost', localPort } = socket;
  const host = address.includes(':') ? `[${address}]` : address;
  return localPort === undefined ? host : `${host}:${localPort}`;
}

/** Express and its kin leave the matched route on the request. */
function expressRoute(
  request: IncomingMessage & { route?: { path?: unknown }; baseUrl?: unknown },
): string | undefined {
  const path = request.route?.path;
  if (typeof path !== 'string') return undefined;
  return typeof request.baseUrl === 'string' ? request.baseUrl + path : path;
}
