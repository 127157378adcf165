import type { TraceSummary } from '@spanwise/wire/query';

export const traceOrders = ['newest', 'longest', 'errors', 'spans'] as const;
export type TraceOrder = (typeof traceOrders)[number];

export function isTraceOrder(text: string): text is TraceOrder {
  return traceOrders.some((order) => order === text);
}

const rank: Readonly<Record<TraceOrder, (trace: TraceSummary) => number>> = {
  newest: (trace) => trace.startMicros,
  longest: (trace) => trace.durationMicros,
  errors: (trace) => trace.errorCount,
  spans: (trace) => trace.spanCount,
};

/** A sorted copy, most first; equal ones newest first. */
export function sortTraces(traces: readonly TraceSummary[], order: TraceOrder): TraceSummary[] {
  const of = rank[order];
  return [...traces].sort((one, other) => of(other) - of(one) || other.startMicros - one.startMicros);
}
