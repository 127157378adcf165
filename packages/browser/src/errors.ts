/**
 * Tracing for errors that nobody caught, given to `init({ instrumentations: [instrumentErrors] })`.
 *
 * @module
 */
import { recordError } from '@spanwise/opentracing';

import type { Instrumentation, PageTracing } from './page-tracing.ts';

export type { Instrumentation, PageTracing } from './page-tracing.ts';

/** Spans of one page; a loop that throws must not fill the queue. */
const MAX_ERRORS = 50;

/**
 * Records uncaught errors and unhandled rejections as spans without duration, `uncaught error` and `unhandled rejection`,
 * with the error as a log. Below the active span where there is one. At most 50 in the life of a page.
 *
 * Of an error in a script of another origin browsers say only "Script error.", unless it was loaded with `crossorigin`.
 */
export function instrumentErrors(page: PageTracing): Instrumentation {
  let left = MAX_ERRORS;
  const note = (name: string, error: unknown): void => {
    if (left-- <= 0) return;
    try {
      const span = page.tracer.startSpan(name, { tags: { component: 'page' } });
      recordError(span, error);
      span.finish();
    } catch {
      // An error of ours here would come back here.
    }
  };
  const onError = (event: ErrorEvent): void => note('uncaught error', event.error ?? event.message);
  const onRejection = (event: PromiseRejectionEvent): void => note('unhandled rejection', event.reason);
  addEventListener('error', onError);
  addEventListener('unhandledrejection', onRejection);
  return {
    uninstall: () => {
      removeEventListener('error', onError);
      removeEventListener('unhandledrejection', onRejection);
    },
  };
}
