import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { failure } from './failure.ts';
import { shown } from './shown.ts';

/** Fails, negated or not, when a test asks of something else: most often of a span that is not finished, or was not started. */
export function requireSpans(...candidates: unknown[]): void {
  for (const candidate of candidates) {
    const { parentId, operationName } = (candidate ?? {}) as Partial<MockSpan>;
    if (typeof parentId === 'function' && typeof operationName === 'function') continue;
    const was = Object(candidate) === candidate ? Object.prototype.toString.call(candidate) : shown(candidate);
    throw failure(`expected a span of a MockTracer, was ${was}`);
  }
}
