import { errorFields } from '@spanwise/opentracing';

import type { SpanLike } from './tracer-like.ts';

/**
 * Marks a span as failed: `error=true` and, when there is an error value, a log with the fields of `errorFields`.
 */
export function markFailed(span: SpanLike, error?: unknown): void {
  span.setTag('error', true);
  if (error === undefined || error === null) return;
  span.log(errorFields(error));
}
