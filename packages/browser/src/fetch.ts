import { replaceFunction } from '@spanwise/instrumentation/internal/replace-function';
import { type Span, UNTRACED } from '@spanwise/opentracing';

import { finishCall, headersFor, startCall } from './client-call.ts';
import type { Instrumentation, PageTracing } from './page-tracing.ts';

/** As pages call it, and perhaps wrong. */
type AnyFetch = (...args: unknown[]) => Promise<Response>;

interface Call {
  readonly span: Span;
  readonly args: readonly unknown[];
}

/**
 * Traces every call of `fetch`: a span that ends when the answer's headers have come, or the call has failed. Headers go
 * to allowed origins only; a call to another one reaches the browser as the page made it. `init` does this unless told
 * otherwise. In Node, or with another tracer, use `@spanwise/instrumentation/fetch`.
 */
export function instrumentFetch(page: PageTracing): Instrumentation {
  const restore = replaceFunction(globalThis, 'fetch', (original, enabled) => {
    return function fetch(this: unknown, ...args: unknown[]): Promise<Response> {
      const call = enabled() ? callOf(page, args) : undefined;
      try {
        const answer = Reflect.apply(original as AnyFetch, this, call?.args ?? args);
        return call === undefined ? answer : follow(call.span, answer);
      } catch (error) {
        // The browser's rejects; what others put in its place may throw.
        if (call !== undefined) finishCall(call.span, undefined, error);
        throw error;
      }
    };
  });
  return { uninstall: () => restore?.() };
}

/** Nothing for a call that is not to be traced. One that `fetch` will refuse goes to it as it came: it says why. */
function callOf(page: PageTracing, [input, init]: readonly unknown[]): Call | undefined {
  let span: Span | undefined;
  try {
    if (isUntraced(input) || isUntraced(init)) return undefined;
    const request = isRequest(input) ? input : undefined;
    const url = new URL(request?.url ?? String(input), document.baseURI);
    const method = (init as RequestInit | undefined)?.method ?? request?.method ?? 'GET';
    span = startCall(page, 'fetch', method.toUpperCase(), url);
    if (span === undefined) return undefined;
    const headers = headersFor(page, span, url);
    return { span, args: headers === undefined ? [input, init] : withHeaders(input, init, headers) };
  } catch {
    return span && { span, args: [input, init] };
  }
}

/** Settles as `answer` does; a rejection that nobody handles stays one. A stub may give no promise. */
function follow(span: Span, answer: Promise<Response>): Promise<Response> {
  if (typeof answer?.then !== 'function') {
    finishCall(span, undefined);
    return answer;
  }
  return answer.then(
    (response) => {
      finishCall(span, response?.status);
      return response;
    },
    (error: unknown) => {
      finishCall(span, undefined, error);
      throw error;
    },
  );
}

/**
 * Arguments that say the same with these headers, in place of the page's own; what the page gave is not written to. A
 * `Request`, and an init that is more than a plain object, become what `fetch` itself would make of them.
 */
function withHeaders(input: unknown, init: unknown, added: Record<string, string>): unknown[] {
  if (isRequest(input) || !isPlain(init)) {
    const request = new Request(input as RequestInfo, init as RequestInit | undefined);
    for (const name in added) request.headers.set(name, added[name]!);
    return [request];
  }
  const headers = new Headers(init?.headers);
  for (const name in added) headers.set(name, added[name]!);
  return [input, { ...init, headers }];
}

/** Also one of a frame's, which is of another class. */
function isRequest(input: unknown): input is Request {
  const like = input as Partial<Request> | null | undefined;
  return typeof like === 'object' && typeof like?.url === 'string' && typeof like.method === 'string';
}

function isPlain(init: unknown): init is RequestInit | null | undefined {
  return init === undefined || init === null || Object.getPrototypeOf(init) === Object.prototype;
}

function isUntraced(value: unknown): boolean {
  return (value as { [UNTRACED]?: unknown } | null | undefined)?.[UNTRACED] === true;
}
