import type { LatencySums, ServiceEdge, ServiceStatistics, StatisticsAnswer } from '@spanwise/wire/query';
import { SpanKind } from '@spanwise/wire/span-record';

/** Sums as the collector tells them: so many calls in one bucket of the histogram, unless told otherwise. */
export function sumsOf(count: number, parts: Partial<LatencySums> & { readonly bucket?: number } = {}): LatencySums {
  const { bucket = 160, ...rest } = parts;
  const histogram = { buckets: [bucket], counts: [count], exemplars: ['1'.repeat(32)] };
  const micros = 1000;
  return {
    count,
    errors: 0,
    durationSumMicros: 0,
    p50Micros: micros,
    p95Micros: micros,
    p99Micros: micros,
    histogram,
    ...rest,
  };
}

/** A line of statistics whose calls are spread over steps as given. */
export function lineOf(
  service: string,
  counts: readonly number[],
  parts: Partial<ServiceStatistics> = {},
): ServiceStatistics {
  const nothing = counts.map(() => null);
  const steps = {
    counts,
    errors: counts.map(() => 0),
    p50Micros: nothing,
    p95Micros: nothing,
    p99Micros: nothing,
  };
  const sums = sumsOf(counts.reduce((sum, count) => sum + count, 0));
  return { service, operation: null, kind: SpanKind.server, ...sums, steps, ...parts };
}

/** An answer about minutes from the given one on. */
export function answerOf(
  startMinute: number,
  minutes: number,
  statistics: readonly ServiceStatistics[],
  parts: Partial<StatisticsAnswer> = {},
): StatisticsAnswer {
  const minute = 60e6;
  const [startMicros, endMicros] = [startMinute * minute, (startMinute + minutes) * minute];
  return { startMicros, endMicros, completeFromMicros: 0, joined: true, stepMicros: minute, statistics, ...parts };
}

/** Calls from one to another; `kind` is that of the callee. */
export function edgeOf(
  caller: string,
  callee: string,
  count = 1,
  kind: ServiceEdge['calleeKind'] = 'service',
): ServiceEdge {
  return { caller, callee, calleeKind: kind, ...sumsOf(count) };
}
