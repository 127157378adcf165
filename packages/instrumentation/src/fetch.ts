/**
 * Tracing for `fetch`, in Node and in browsers. Imports nothing from Node.
 *
 * @module
 */
import { FetchRequest } from './fetch/fetch-request.ts';
import { requireTracer } from './instrumentation.ts';
import type { Instrumentation } from './instrumentation.ts';
import { replaceFunction } from './internal/replace-function.ts';
import { HttpClientHandler } from './protocol/http-client.ts';
import type { HttpClientAdapter, HttpClientOptions } from './protocol/http-client.ts';
import type { SpanLike, TracerLike } from './protocol/tracer-like.ts';
import { isUntraced } from './untraced.ts';

export { FetchRequest } from './fetch/fetch-request.ts';
export type { Instrumentation } from './instrumentation.ts';
export { UNTRACED } from '@spanwise/opentracing';

/** Settings of `instrumentFetch`. */
export interface FetchInstrumentationOptions extends HttpClientOptions<FetchRequest, Response> {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
  /** The object whose `fetch` is replaced; `globalThis` by default. */
  target?: {
    /** The function to trace. */
    fetch: typeof fetch;
  };
}

type Handler = HttpClientHandler<FetchRequest, Response>;

/**
 * Traces every call of `fetch`. The span ends when the response's headers have come (or the call has failed): the body
 * is the application's to read or not, and stays untouched. A request that the application's own signal aborts has
 * `http.aborted` and no error; one that `AbortSignal.timeout` ends has the error.
 *
 * In a page, headers go to the page's own origin only, since a foreign server would first be asked by a preflight
 * request whether it accepts them; `shouldPropagate` decides otherwise. Where there is no page (Node, workers without a
 * location), they go everywhere.
 *
 * A request whose init carries `UNTRACED` is left alone. Where another copy of this package has
 * instrumented already, this does nothing.
 *
 * @throws {TypeError} when `tracer` is not a tracer, or `target` has no `fetch`.
 */
export function instrumentFetch(options: FetchInstrumentationOptions): Instrumentation {
  requireTracer(options?.tracer, 'instrumentFetch({ tracer })');
  const { tracer, target = globalThis } = options;
  if (typeof target.fetch !== 'function') {
    throw new TypeError('instrumentFetch({ target }) must have a function `fetch`; give the object that has one');
  }
  const handler: Handler = new HttpClientHandler(tracer, fetchAdapter, {
    ...options,
    shouldPropagate: options.shouldPropagate ?? isSameOrigin,
  });
  const restore = replaceFunction(target, 'fetch', (original, enabled) => {
    return function fetch(this: unknown, ...args: unknown[]): Promise<Response> {
      const call = (...actual: unknown[]): Promise<Response> => Reflect.apply(original, this, actual as never);
      return enabled() ? fetchTraced(handler, call, args) : call(...args);
    };
  });
  return { uninstall: () => restore?.() };
}

function fetchTraced(
  handler: Handler,
  call: (...args: unknown[]) => Promise<Response>,
  args: unknown[],
): Promise<Response> {
  if (isUntraced(args[0]) || isUntraced(args[1])) return call(...args);
  const request = readRequest(args);
  const span = request === undefined ? undefined : handler.start(request);
  if (request === undefined || span === undefined) return call(...args);
  return follow(
    handler,
    span,
    request,
    sent(handler, span, () => call(...request.toArguments())),
  );
}

/** What `send` returns. A `fetch` of somebody else's may throw instead of rejecting; the span then ends here. */
function sent(handler: Handler, span: SpanLike, send: () => Promise<Response>): Promise<Response> {
  // Not told by what came back: a stub that gives `undefined` has not thrown.
  let returned = false;
  // No `catch`, as throwing again would move the place that Node prints for an uncaught exception into this file.
  try {
    const response = send();
    returned = true;
    return response;
  } finally {
    if (!returned) {
      handler.fail(span, new Error('fetch threw before it returned a promise'));
      handler.finish(span);
    }
  }
}

/** Settles as `response` does; a rejection that nobody handles stays one. */
async function follow(
  handler: Handler,
  span: SpanLike,
  request: FetchRequest,
  response: Promise<Response>,
): Promise<Response> {
  let isAborted = false;
  try {
    const got = await response;
    // Stubs in tests give nothing, and nothing can be read from that.
    if (got !== undefined) handler.respond(span, request, got);
    return got;
  } catch (error) {
    isAborted = isGivenUp(request, error);
    if (!isAborted) handler.fail(span, error);
    throw error;
  } finally {
    handler.finish(span, isAborted);
  }
}

/** The application's own signal ended the request, for another reason than that it took too long. */
function isGivenUp({ signal }: FetchRequest, error: unknown): boolean {
  if (signal?.aborted !== true) return false;
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return name === 'AbortError' || (error === signal.reason && name !== 'TimeoutError');
}

/** `undefined` for what `fetch` will refuse: it says why better than we could. */
function readRequest(args: unknown[]): FetchRequest | undefined {
  try {
    return new FetchRequest(args[0], args[1]);
  } catch {
    return undefined;
  }
}

function isSameOrigin(request: FetchRequest): boolean {
  const { location } = globalThis as { location?: { origin?: string } };
  return location?.origin === undefined || new URL(request.url).origin === location.origin;
}

const fetchAdapter: HttpClientAdapter<FetchRequest, Response> = {
  component: 'fetch',
  method: (request) => request.method,
  url: (request) => request.url,
  host: (request) => request.host,
  headers: (request) => request.headers,
  setHeader: (request, name, value) => request.setHeader(name, value),
  removeHeader: (request, name) => request.removeHeader(name),
  status: (response) => (response.status === 0 ? undefined : response.status),
  contentType: (response) => response.headers?.get('content-type') ?? undefined,
  peerAddress: () => undefined,
  peerPort: () => undefined,
};
