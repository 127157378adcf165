import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';

import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { lowCardinalityPath, redactedUrl } from './http-path.ts';
import { lastingType } from './lasting-type.ts';
import { setPeerAddress } from './peer.ts';
import { runActive } from './run-active.ts';
import { markFailed } from './span-error.ts';
import type { ScopeLike, SpanLike, TracerLike } from './tracer-like.ts';

/** How an adapter reads the requests and responses of its library. Every function is called at most once a request. */
export interface HttpServerAdapter<Request, Response> {
  /** The value of the `component` tag, such as `http`. */
  readonly component: string;
  /** The method, such as `GET`. */
  method(request: Request): string;
  /** The request target as it came: path and query, or an absolute URL from a proxy. */
  target(request: Request): string;
  /** Scheme and authority for the `http.url` tag, such as `https://shop.example:8443`. */
  origin(request: Request): string;
  /** A carrier for `tracer.extract`; names without regard to case. */
  headers(request: Request): object;
  /** The client's IP address; `undefined` when it is not known. */
  peerAddress(request: Request): string | undefined;
  /** The client's port; `undefined` when it is not known. */
  peerPort(request: Request): number | undefined;
  /** The route template, when the framework has left one on the request. Asked when the response is done. */
  route(request: Request): string | undefined;
  /** The status that was sent; `undefined` when the exchange ended before the headers went out. */
  status(response: Response): number | undefined;
  /** The content type that was sent; `undefined` when it is not known. Without this function no span has one. */
  contentType?(response: Response): string | undefined;
}

/** What a user may choose about server spans. Callbacks that throw are reported once and otherwise ignored. */
export interface HttpServerOptions<Request, Response> {
  /** `false` leaves the request alone: no span, and nothing is extracted. Health checks, for example. */
  shouldTrace?: ((request: Request) => boolean) | undefined;
  /**
   * The route template for the span's name, such as `/cart/:id`. Called when the response is done;
   * `undefined` if not known.
   */
  routeOf?: ((request: Request) => string | undefined) | undefined;
  /** Called with the new span before the application sees the request. */
  onRequest?: ((span: SpanLike, request: Request) => void) | undefined;
  /** Called with the span just before it finishes. */
  onResponse?: ((span: SpanLike, request: Request, response: Response) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The server's side of an HTTP exchange, in five steps that every adapter shares:
 *
 * 1. `start`: extract the caller's context and start a span;
 * 2. `run`: the application's handler, with the span active for all that it starts;
 * 3. `fail`, when the handler or the connection failed;
 * 4. tags and name by the response, when it is done;
 * 5. the end of the span and of its scope (4 and 5 are `finish`).
 *
 * Tags: `span.kind`, `component`, `http.method`, `http.url` (credentials taken out, see `redactedUrl`),
 * `http.status_code`, `peer.ipv4` or `peer.ipv6`, `peer.port`; `error` for a status of 500 and more;
 * `http.aborted` when the client went away before the whole response was sent;
 * `http.response.header.content-type`, OpenTelemetry's name, of answers that last by their nature (events, media, downloads).
 *
 * Name: the method and the route (`GET /cart/:id`) when the route is known; otherwise the method and the path with
 * identifiers collapsed (see `lowCardinalityPath`), and `GET not_found` for a status of 404, so that scanners of
 * unknown paths do not make a name each.
 *
 * No method throws, whatever the tracer, the adapter or a callback does.
 */
export class HttpServerHandler<Request, Response> {
  readonly #tracer: TracerLike;
  readonly #adapter: HttpServerAdapter<Request, Response>;
  readonly #options: HttpServerOptions<Request, Response>;
  readonly #boundary: Boundary;

  /**
   * @param tracer starts the spans
   * @param adapter reads requests and responses of the library
   * @param options what the user chose
   */
  constructor(
    tracer: TracerLike,
    adapter: HttpServerAdapter<Request, Response>,
    options: HttpServerOptions<Request, Response> = {},
  ) {
    this.#tracer = tracer;
    this.#adapter = adapter;
    this.#options = options;
    this.#boundary = new Boundary(`${adapter.component} server`, options.onFailure);
  }

  /** Starts the span of a request; `undefined` when the request is not to be traced, or could not be. */
  start(request: Request): SpanLike | undefined {
    const { shouldTrace, onRequest } = this.#options;
    return this.#boundary.start(
      () => request,
      shouldTrace,
      () => this.#startSpan(request),
      onRequest,
    );
  }

  /**
   * Runs the application's handler with the span active, for all that it starts: the scope given to `work`
   * stays open until the adapter hands it to `finish`. It is `undefined` without a scope manager. What `work`
   * throws comes out unchanged.
   */
  run<R>(span: SpanLike, work: (scope: ScopeLike | undefined) => R): R {
    return runActive(this.#tracer, this.#boundary, span, work);
  }

  /** Marks the span as failed. `error` may be absent when only the fact is known. */
  fail(span: SpanLike, error?: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span and closes its scope. */
  finish(
    span: SpanLike,
    scope: ScopeLike | undefined,
    exchange: {
      /** What came in. */
      readonly request: Request;
      /** What was answered, as far as it was. */
      readonly response: Response;
      /** Whether the response was not sent to its end. */
      readonly aborted: boolean;
    },
  ): void {
    this.#boundary.run(() => this.#tagResponse(span, exchange.request, exchange.response, exchange.aborted));
    this.#boundary.run(() => span.finish());
    this.#boundary.run(() => scope?.close());
  }

  #startSpan(request: Request): SpanLike {
    const adapter = this.#adapter;
    const target = adapter.target(request);
    const method = adapter.method(request);
    const parent = this.#tracer.extract(FORMAT_HTTP_HEADERS, adapter.headers(request));
    // Literal keys, since they are the hot path; a test holds them to the names in `Tags`.
    const tags = {
      'span.kind': 'server',
      component: adapter.component,
      'http.method': method,
      'http.url': redactedUrl(target.charCodeAt(0) === 47 /* / */ ? adapter.origin(request) + target : target),
    };
    const name = `${method} ${lowCardinalityPath(target)}`;
    // A connection may have been accepted while some unrelated span was active: only the headers make a parent.
    const span =
      parent === null || parent === undefined
        ? this.#tracer.startSpan(name, { tags, ignoreActiveSpan: true })
        : this.#tracer.startSpan(name, { childOf: parent, tags, ignoreActiveSpan: true });
    setPeerAddress(span, adapter.peerAddress(request), adapter.peerPort(request));
    return span;
  }

  #tagResponse(span: SpanLike, request: Request, response: Response, aborted: boolean): void {
    const status = this.#adapter.status(response);
    if (status !== undefined) span.setTag('http.status_code', status);
    if (status !== undefined && status >= 500) span.setTag('error', true);
    if (aborted) span.setTag('http.aborted', true);
    const type = lastingType(this.#adapter.contentType?.(response));
    if (type !== undefined) span.setTag('http.response.header.content-type', type);
    const route = this.#boundary.ask(this.#options.routeOf, request, undefined) ?? this.#adapter.route(request);
    if (route !== undefined) span.setOperationName(`${this.#adapter.method(request)} ${route}`);
    else if (status === 404) span.setOperationName(`${this.#adapter.method(request)} not_found`);
    const { onResponse } = this.#options;
    if (onResponse !== undefined) this.#boundary.run(() => onResponse(span, request, response));
  }
}
