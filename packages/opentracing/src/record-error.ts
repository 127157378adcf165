import type { Span } from './contract.ts';
import { errorFields } from './error-fields.ts';

/**
 * Notes on `span` that its operation failed: the tag `error=true`, then a log with the fields of
 * {@link errorFields}. For `using` blocks, which cannot see what is thrown; `tracer.withActiveSpan` does this by itself.
 * Never throws: the application's error counts, not one of a tracer.
 */
export function recordError(span: Span, error: unknown): void {
  try {
    span.setTag('error', true);
    span.log(errorFields(error));
  } catch {
    // As said above.
  }
}
