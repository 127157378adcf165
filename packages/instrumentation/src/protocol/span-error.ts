import type { SpanLike } from './tracer-like.ts';

/**
 * Marks a span as failed: `error=true` and, when there is an error value, a log with the standard fields `event`,
 * `error.kind`, `error.object`, `message` and `stack` (OpenTracing semantic conventions, "log fields").
 */
export function markFailed(span: SpanLike, error?: unknown): void {
  span.setTag('error', true);
  if (error === undefined || error === null) return;
  span.log(errorFields(error));
}

function errorFields(error: unknown): { [key: string]: unknown } {
  if (!(error instanceof Error)) return { event: 'error', 'error.object': error, message: String(error) };
  const fields: { [key: string]: unknown } = {
    event: 'error',
    'error.kind': kindOf(error),
    'error.object': error,
    message: error.message,
  };
  if (error.stack !== undefined) fields['stack'] = error.stack;
  return fields;
}

/** A code such as ECONNREFUSED or PostgreSQL's 23505 groups better than the class, which mostly is just `Error`. */
function kindOf(error: Error & { code?: unknown }): string {
  return typeof error.code === 'string' && error.code !== '' ? error.code : error.name;
}
