import { failed } from '@spanwise/analysis';
import type { SpanRecord } from '@spanwise/wire/span-record';

import type { StoreSearch } from '../span-store.ts';
import { durationBounds } from './search-criteria.ts';

/** Whether a trace as a whole meets what a search says of traces. */
export function meetsTraceConditions(spans: readonly SpanRecord[], { conditions = [] }: StoreSearch): boolean {
  return conditions.every(({ field, operator, value = '' }) => {
    if (field === 'trace.error') return spans.some(failed) === (operator === 'has');
    if (field !== 'trace.duration') return true;
    const { minNanos, maxNanos } = durationBounds(operator, value);
    const nanos = traceNanos(spans);
    return nanos >= minNanos && nanos <= maxNanos;
  });
}

/**
 * From the earliest start to the latest end of spans that are sorted by start, as summaries of traces tell it. A span
 * without a start counts from where the trace starts.
 */
export function traceNanos(spans: readonly SpanRecord[]): number {
  const origin = spans.find(({ startMicros }) => startMicros !== 0);
  let end = 0;
  for (const { startMicros, startNanos, durationNanos = 0 } of spans) {
    const offset =
      startMicros === 0 || origin === undefined
        ? 0
        : (startMicros - origin.startMicros) * 1000 + startNanos - origin.startNanos;
    end = Math.max(end, offset + Math.max(0, durationNanos));
  }
  return end;
}
