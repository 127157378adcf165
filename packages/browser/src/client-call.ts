import { lowCardinalityPath, redactedUrl } from '@spanwise/instrumentation';
import { FORMAT_HTTP_HEADERS, recordError, type Span } from '@spanwise/opentracing';

import type { PageTracing } from './page-tracing.ts';

/**
 * The span of a request that the page makes: named and tagged as `HttpClientHandler` of `@spanwise/instrumentation` does.
 * `undefined` when the request is not to be traced. May throw.
 */
export function startCall(page: PageTracing, component: string, method: string, url: URL): Span | undefined {
  if (!page.isTraced(url)) return undefined;
  return page.tracer.startSpan(`${method} ${lowCardinalityPath(url.pathname)}`, {
    tags: {
      'span.kind': 'client',
      component,
      'http.method': method,
      'http.url': redactedUrl(url.href),
      'peer.hostname': url.hostname,
    },
  });
}

/** What the request is to carry: nothing for an origin that is not allowed. May throw. */
export function headersFor(page: PageTracing, span: Span, url: URL): Record<string, string> | undefined {
  if (!page.isAllowed(url.origin)) return undefined;
  const headers: Record<string, string> = {};
  page.tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
  return headers;
}

/** Ends it with the answer's status (0 for one that the page may not see), or with what went wrong. Never throws. */
export function finishCall(span: Span, status: number | undefined, error?: unknown): void {
  if (status) span.setTag('http.status_code', status);
  if (status && status >= 400) span.setTag('error', true);
  if (error !== undefined) recordError(span, error);
  span.finish();
}
