import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';

import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { givenParent, headerChanges } from './carried-context.ts';
import { lowCardinalityPath, redactedUrl } from './http-path.ts';
import { lastingType } from './lasting-type.ts';
import { setPeerAddress } from './peer.ts';
import { markFailed } from './span-error.ts';
import type { SpanLike, TracerLike } from './tracer-like.ts';

/** How an adapter reads and writes the requests of its library. */
export interface HttpClientAdapter<Request, Response> {
  /** The value of the `component` tag, such as `http` or `fetch`. */
  readonly component: string;
  /** The method, such as `GET`. */
  method(request: Request): string;
  /** The absolute URL. */
  url(request: Request): string;
  /** The host's name or address, without a port. */
  host(request: Request): string | undefined;
  /** The headers that the caller gave, as a carrier for `tracer.extract`: a plain object, by name. */
  headers(request: Request): object;
  /** Sets a header of the request that will be sent; what the caller gave stays as it is. */
  setHeader(request: Request, name: string, value: string): void;
  /** Keeps a header that the caller gave out of the request that will be sent; `name` is in lower case. */
  removeHeader(request: Request, name: string): void;
  /** The status code; `undefined` when there is none. */
  status(response: Response): number | undefined;
  /** The content type of the answer; `undefined` when it is not known. Without this function no span has one. */
  contentType?(response: Response): string | undefined;
  /** The server's IP address; `undefined` when it is not known. */
  peerAddress(response: Response): string | undefined;
  /** The server's port; `undefined` when it is not known. */
  peerPort(response: Response): number | undefined;
}

/** What a user may choose about client spans. Callbacks that throw are reported once and otherwise ignored. */
export interface HttpClientOptions<Request, Response> {
  /** `false` leaves the request alone: no span, and no header is added. */
  shouldTrace?: ((request: Request) => boolean) | undefined;
  /**
   * `false` makes a span and sends no headers: for servers that refuse or must not see them. When it throws, none are
   * sent either.
   */
  shouldPropagate?: ((request: Request) => boolean) | undefined;
  /**
   * The route template for the span's name, such as `/cart/:id`; `undefined` if not known. Called
   * before the request goes out.
   */
  routeOf?: ((request: Request) => string | undefined) | undefined;
  /** Called with the new span before the request goes out. */
  onRequest?: ((span: SpanLike, request: Request) => void) | undefined;
  /** Called with the span when the response's headers have come. */
  onResponse?: ((span: SpanLike, request: Request, response: Response) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The client's side of an HTTP exchange, in the steps that every adapter shares: `start` (span, and headers into the
 * request), `respond` when the response's headers have come, `fail`, and `finish`. The span is not made active: what
 * the application does while it waits is not part of the request.
 *
 * The parent is the active span. When none is active and the caller has put a context into the headers by itself, that
 * is the parent. The headers are then written anew, as the server's span belongs below this one.
 *
 * Tags: `span.kind`, `component`, `http.method`, `http.url` (credentials taken out), `http.status_code`,
 * `peer.hostname`, `peer.ipv4` or `peer.ipv6`, `peer.port`; `error` for a status of 400 and more, and for failures;
 * `http.aborted` when the application gave the request up, or the response before its end, which is no failure;
 * `http.response.header.content-type`, OpenTelemetry's name, of answers that last by their nature (events, media, downloads).
 * Name: as for servers (`GET /cart/:id`).
 *
 * No method throws, whatever the tracer, the adapter or a callback does.
 */
export class HttpClientHandler<Request, Response> {
  readonly #tracer: TracerLike;
  readonly #adapter: HttpClientAdapter<Request, Response>;
  readonly #options: HttpClientOptions<Request, Response>;
  readonly #boundary: Boundary;

  /**
   * @param tracer starts the spans
   * @param adapter reads requests and responses of the library
   * @param options what the user chose
   */
  constructor(
    tracer: TracerLike,
    adapter: HttpClientAdapter<Request, Response>,
    options: HttpClientOptions<Request, Response> = {},
  ) {
    this.#tracer = tracer;
    this.#adapter = adapter;
    this.#options = options;
    this.#boundary = new Boundary(`${adapter.component} client`, options.onFailure);
  }

  /**
   * Starts the span and writes its context into the request; `undefined` when the request is not to be
   * traced, or could not be.
   */
  start(request: Request): SpanLike | undefined {
    const { shouldTrace, onRequest } = this.#options;
    const span = this.#boundary.start(
      () => request,
      shouldTrace,
      () => this.#startSpan(request),
      onRequest,
    );
    if (span !== undefined) this.#boundary.run(() => this.#inject(span, request));
    return span;
  }

  /** Notes the response's status and where it came from. */
  respond(span: SpanLike, request: Request, response: Response): void {
    this.#boundary.run(() => {
      const status = this.#adapter.status(response);
      if (status !== undefined) span.setTag('http.status_code', status);
      if (status !== undefined && status >= 400) span.setTag('error', true);
      const type = lastingType(this.#adapter.contentType?.(response));
      if (type !== undefined) span.setTag('http.response.header.content-type', type);
      setPeerAddress(span, this.#adapter.peerAddress(response), this.#adapter.peerPort(response));
    });
    const { onResponse } = this.#options;
    if (onResponse !== undefined) this.#boundary.run(() => onResponse(span, request, response));
  }

  /** Marks the span as failed. */
  fail(span: SpanLike, error: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span. `aborted` tells that the application gave the request or its response up. */
  finish(span: SpanLike, aborted: boolean = false): void {
    if (aborted) this.#boundary.run(() => span.setTag('http.aborted', true));
    this.#boundary.run(() => span.finish());
  }

  #startSpan(request: Request): SpanLike {
    const adapter = this.#adapter;
    const method = adapter.method(request);
    const url = adapter.url(request);
    const tags: { [key: string]: unknown } = {
      'span.kind': 'client',
      component: adapter.component,
      'http.method': method,
      'http.url': redactedUrl(url),
    };
    const host = adapter.host(request);
    if (host !== undefined) tags['peer.hostname'] = host;
    const parent = givenParent(this.#tracer, () =>
      this.#tracer.extract(FORMAT_HTTP_HEADERS, this.#adapter.headers(request)),
    );
    const route = this.#boundary.ask(this.#options.routeOf, request, undefined);
    const name = `${method} ${route ?? lowCardinalityPath(url)}`;
    return this.#tracer.startSpan(name, parent === undefined ? { tags } : { childOf: parent, tags });
  }

  #inject(span: SpanLike, request: Request): void {
    const { shouldPropagate } = this.#options;
    const given = this.#adapter.headers(request);
    const from = { tracer: this.#tracer, boundary: this.#boundary, shouldPropagate, given };
    const { set, removed } = headerChanges(span, FORMAT_HTTP_HEADERS, request, from);
    for (const name of removed) this.#adapter.removeHeader(request, name);
    for (const name in set) this.#adapter.setHeader(request, name, set[name]!);
  }
}
