import { lowCardinalityPath, redactedUrl } from '@spanwise/instrumentation';
import { followsFrom } from '@spanwise/opentracing';

import type { Instrumentation, PageTracing } from './page-tracing.ts';
import { contextFrom } from './trace-context.ts';

/** Members of a navigation timing entry that are moments: each that was reached becomes a log. */
const MOMENT = /(?:Start|End|Interactive|Complete)$/;

/**
 * Records how the page was loaded, once it is: a span from the start of the navigation to the end of the `load` event
 * with its phases as logs, and below it one for the document's own request. `init` does this unless told otherwise.
 *
 * Where the document names the server's span in `<meta name="traceparent" content="00-…">` (and `tracestate`), the span
 * joins its trace. It follows from the server's span rather than being part of it: it began before.
 */
export function instrumentDocumentLoad(page: PageTracing): Instrumentation {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The end of the load event is known only after it.
  const afterLoad = (): void => {
    timer = setTimeout(() => {
      try {
        recordLoad(page);
      } catch {
        // Navigation timing is not everywhere what it should be.
      }
    });
  };
  if (document.readyState === 'complete') afterLoad();
  else addEventListener('load', afterLoad, { once: true });
  return {
    uninstall: () => {
      removeEventListener('load', afterLoad);
      clearTimeout(timer);
    },
  };
}

function recordLoad({ tracer }: PageTracing): void {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (entry === undefined) return;
  const at = (millis: number): number => performance.timeOrigin + millis;
  const path = lowCardinalityPath(location.pathname);
  const url = redactedUrl(location.href);
  const server = contextFrom(meta('traceparent'), meta('tracestate'));
  const load = tracer.startSpan(`load ${path}`, {
    references: server && [followsFrom(server)],
    ignoreActiveSpan: true,
    startTime: at(entry.startTime),
    tags: { component: 'document', 'http.url': url, 'navigation.type': entry.type },
  });
  const moments = Object.entries(entry.toJSON() as Record<string, unknown>)
    .filter((moment): moment is [string, number] => MOMENT.test(moment[0]) && (moment[1] as number) > 0)
    .sort(([, one], [, other]) => one - other);
  for (const [event, millis] of moments) load.log({ event }, at(millis));
  const status = entry.responseStatus || undefined;
  tracer
    .startSpan(`GET ${path}`, {
      childOf: load,
      startTime: at(entry.fetchStart),
      tags: {
        'span.kind': 'client',
        component: 'document',
        'http.method': 'GET',
        'http.url': url,
        'http.status_code': status,
        'http.response_content_length': entry.encodedBodySize,
      },
    })
    .finish(at(entry.responseEnd));
  load.finish(at(entry.loadEventEnd || entry.duration));
}

function meta(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content;
}
