/**
 * Tracing for `XMLHttpRequest`, given to `init({ instrumentations: [instrumentXhr] })`.
 *
 * @module
 */
import { replaceFunction } from '@spanwise/instrumentation/internal/replace-function';
import { type Span, UNTRACED } from '@spanwise/opentracing';

import { finishCall, headersFor, startCall } from './client-call.ts';
import type { Instrumentation, PageTracing } from './page-tracing.ts';

export type { Instrumentation, PageTracing } from './page-tracing.ts';

interface Opened {
  readonly method: string;
  readonly url: URL;
  /** Names of headers that the page has set, in lower case: a second value would be put behind the first. */
  readonly headers: Set<string>;
}

/** Events that say how a request ended; one of them, then `loadend`. */
const FAILURES = ['error', 'abort', 'timeout'] as const;

/**
 * Traces every `XMLHttpRequest`, from `send` to its end: the body has come, or it failed. An application that aborts one
 * tags its span `http.aborted`, which is no failure. Headers go to allowed origins only, and none that the page has set
 * itself. A request with `[Symbol.for('spanwise.untraced')]: true` is left alone.
 */
export function instrumentXhr(page: PageTracing): Instrumentation {
  const target = XMLHttpRequest.prototype;
  const opened: WeakMap<XMLHttpRequest, Opened> = new WeakMap();
  const restores = [
    replaceFunction(target as never, 'open', (original: AnyMethod, enabled) => {
      return function open(this: XMLHttpRequest, ...args: unknown[]): unknown {
        const result: unknown = Reflect.apply(original, this, args);
        // After the call, which refuses what is no address.
        if (enabled()) guarded(() => opened.set(this, openedAs(args)));
        return result;
      };
    }),
    replaceFunction(target as never, 'setRequestHeader', (original: AnyMethod) => {
      return function setRequestHeader(this: XMLHttpRequest, ...args: unknown[]): unknown {
        opened.get(this)?.headers.add(String(args[0]).toLowerCase());
        return Reflect.apply(original, this, args);
      };
    }),
    replaceFunction(target as never, 'send', (original: AnyMethod, enabled) => {
      return function send(this: XMLHttpRequest, ...args: unknown[]): unknown {
        const fail = enabled() ? guarded(() => traceSend(page, this, opened.get(this))) : undefined;
        try {
          return Reflect.apply(original, this, args);
        } catch (error) {
          fail?.(error);
          throw error;
        }
      };
    }),
  ];
  return {
    uninstall: () => {
      for (const restore of restores) restore?.();
    },
  };
}

type AnyMethod = (...args: unknown[]) => unknown;

function openedAs([method, url]: unknown[]): Opened {
  return {
    method: String(method).toUpperCase(),
    url: new URL(String(url), document.baseURI),
    headers: new Set(),
  };
}

/** What it gives ends the span when `send` itself fails: no event comes then. */
function traceSend(
  page: PageTracing,
  request: XMLHttpRequest,
  opened: Opened | undefined,
): ((error: unknown) => void) | undefined {
  if (opened === undefined || (request as { [UNTRACED]?: unknown })[UNTRACED] === true) return undefined;
  const span = startCall(page, 'xhr', opened.method, opened.url);
  if (span === undefined) return undefined;
  let failure: string | undefined;
  for (const type of FAILURES) {
    request.addEventListener(type, () => (failure = type), { once: true });
  }
  request.addEventListener('loadend', () => finish(span, request, failure), { once: true });
  guarded(() => {
    const added = headersFor(page, span, opened.url) ?? {};
    for (const name in added) if (!opened.headers.has(name)) request.setRequestHeader(name, added[name]!);
  });
  return (error) => finishCall(span, undefined, error);
}

function finish(span: Span, request: XMLHttpRequest, failure: string | undefined): void {
  if (failure === 'abort') span.setTag('http.aborted', true);
  finishCall(
    span,
    request.status,
    failure === 'error' || failure === 'timeout' ? new Error(`request: ${failure}`) : undefined,
  );
}

/** The application's call goes on, whatever goes wrong here. */
function guarded<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    // A span less, or one without a context that goes out.
    return undefined;
  }
}
