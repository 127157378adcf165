import diagnostics from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';
import { HttpClientHandler } from '../protocol/http-client.ts';
import type { HttpClientAdapter, HttpClientOptions } from '../protocol/http-client.ts';
import type { SpanLike, TracerLike } from '../protocol/tracer-like.ts';
import { isUntraced } from '../untraced.ts';
import { OutgoingRequest } from './outgoing-request.ts';

/** What a user may choose about the spans of `http.request`, `http.get`, `https.request` and `https.get`. */
export type NodeHttpClientOptions = HttpClientOptions<OutgoingRequest, IncomingMessage>;

type Handler = HttpClientHandler<OutgoingRequest, IncomingMessage>;
type Send = (...args: unknown[]) => ClientRequest;

/** The two functions of `node:http` and `node:https` that send. */
export interface HttpModule {
  request: Send;
  get: Send;
}

const EXCHANGE: unique symbol = Symbol('spanwise.http.exchange');
type TracedRequest = ClientRequest & { [EXCHANGE]?: ClientExchange };

/**
 * Traces every request made through these modules' `request` and `get`. Requests of libraries that took the functions
 * before this ran are not seen.
 */
export function instrumentClients(
  modules: readonly { module: HttpModule; protocol: 'http:' | 'https:' }[],
  tracer: TracerLike,
  options: NodeHttpClientOptions,
): Restore[] {
  const handler: Handler = new HttpClientHandler(tracer, nodeClientAdapter, options);
  const restores: Restore[] = [];
  for (const { module, protocol } of modules) {
    const wrap = (send: Send, enabled: () => boolean): Send => {
      return (...args) => (enabled() ? sendTraced(handler, protocol, send, args) : send(...args));
    };
    // Each goes on to what was there before it, since somebody may have wrapped one of the two alone.
    for (const name of ['request', 'get'] as const) {
      const restore = replaceFunction(module, name, wrap);
      if (restore !== undefined) restores.push(restore);
    }
  }
  if (restores.length > 0) restores.push(hearResponses());
  return restores;
}

function sendTraced(handler: Handler, protocol: 'http:' | 'https:', send: Send, args: unknown[]): ClientRequest {
  if (isUntraced(args[0]) || isUntraced(args[1])) return send(...args);
  const outgoing = readOutgoing(args, protocol);
  const span = outgoing === undefined ? undefined : handler.start(outgoing);
  if (outgoing === undefined || span === undefined) return send(...args);
  let request: TracedRequest | undefined;
  try {
    request = send(...outgoing.toArguments());
    return request;
  } finally {
    if (request === undefined) {
      handler.fail(span, undefined);
      handler.finish(span);
    } else {
      request[EXCHANGE] = new ClientExchange(handler, span, outgoing, request);
    }
  }
}

/** `undefined` for what Node will refuse: it says why better than we could. */
function readOutgoing(args: unknown[], protocol: 'http:' | 'https:'): OutgoingRequest | undefined {
  try {
    return new OutgoingRequest(args, protocol);
  } catch {
    return undefined;
  }
}

/**
 * Follows one request to its end without a listener for `response`, `upgrade`, `connect` or `error`: Node
 * treats a request that nobody listens to differently (it discards the body, destroys the socket, throws the
 * error), and that must stay so.
 */
class ClientExchange {
  readonly #handler: Handler;
  readonly #span: SpanLike;
  readonly #outgoing: OutgoingRequest;
  #response: IncomingMessage | undefined;
  #failed = false;
  #open = true;

  constructor(handler: Handler, span: SpanLike, outgoing: OutgoingRequest, request: ClientRequest) {
    this.#handler = handler;
    this.#span = span;
    this.#outgoing = outgoing;
    request.on(errorMonitor, (error: unknown) => this.#fail(error));
    request.on('close', () => this.#close(request));
  }

  /** The headers of the response have come; the application has not seen them yet. */
  responded(response: IncomingMessage): void {
    if (!this.#open) return;
    this.#response = response;
    this.#handler.respond(this.#span, this.#outgoing, response);
    response.on('end', () => this.#finish());
  }

  #close(request: ClientRequest & { res?: IncomingMessage | null }): void {
    if (!this.#open) return;
    const { res: response, socket } = request;
    let givenUp = false;
    if (!response) {
      if (!this.#failed) this.#fail(new Error('The connection was closed before a response'));
    } else if (this.#response === undefined) {
      // Upgrades and CONNECT: the socket is the application's from here on.
      this.#handler.respond(this.#span, this.#outgoing, response);
    } else if (!response.complete && !this.#failed) {
      givenUp = isOpenAtTheServer(socket);
      if (!givenUp) this.#fail(new Error('The response was aborted'));
    }
    this.#finish(givenUp);
  }

  #fail(error: unknown): void {
    if (!this.#open) return;
    this.#failed = true;
    this.#handler.fail(this.#span, error);
  }

  #finish(givenUp: boolean = false): void {
    if (!this.#open) return;
    this.#open = false;
    this.#handler.finish(this.#span, givenUp);
  }
}

/**
 * Tells who closed a connection that had no error: Node makes the same `aborted` of it on the response either way, but
 * the server's end has been read as the end of the stream. A reset is that too (Node 20) or an error (Node 24).
 */
function isOpenAtTheServer(socket: Socket | null): boolean {
  return socket?.readableEnded === false;
}

/** Node publishes this just before it emits `response`. */
const RESPONSE_CHANNEL = 'http.client.response.finish';

function hearResponses(): Restore {
  const listener = (message: unknown): void => {
    const { request, response } = message as { request: TracedRequest; response: IncomingMessage };
    request[EXCHANGE]?.responded(response);
  };
  diagnostics.subscribe(RESPONSE_CHANNEL, listener);
  return () => void diagnostics.unsubscribe(RESPONSE_CHANNEL, listener);
}

const nodeClientAdapter: HttpClientAdapter<OutgoingRequest, IncomingMessage> = {
  component: 'http',
  method: (request) => request.method,
  url: (request) => request.url,
  host: (request) => request.host,
  headers: (request) => request.headers,
  setHeader: (request, name, value) => request.setHeader(name, value),
  removeHeader: (request, name) => request.removeHeader(name),
  status: (response) => response.statusCode,
  contentType: (response) => response.headers['content-type'],
  peerAddress: (response) => response.socket?.remoteAddress,
  peerPort: (response) => response.socket?.remotePort,
};
