import type { LatencySums, ServiceStatistics, StatisticsAnswer, StepExemplar } from '@spanwise/wire/query';
import { SpanKind } from '@spanwise/wire/span-record';
import type { WindowExtent } from './sums-window.ts';
import { comparablePart, stepSeconds, windowExtent } from './sums-window.ts';

/** A step that has run for a smaller part says too little of its rate. */
const leastStepPart = 0.5;
/** With fewer calls than these in either window a change may be chance. */
const leastCompared = 20;
/** What is worse by less than this is not pointed out: percentiles are up to 4.4 % wrong. */
const worseLatency = 1.25;
const worseErrorShare = 0.01;

/** Rate, errors and latency of what is counted together. */
export interface Measures {
  readonly count: number;
  readonly errors: number;
  /** Calls a second. */
  readonly rate: number;
  readonly errorShare: number;
  readonly p50Micros: number | null;
  readonly p95Micros: number | null;
  readonly p99Micros: number | null;
}

/** The same by step; null where there was nothing, or too little time. */
export interface MeasuresByStep {
  readonly rate: readonly (number | null)[];
  readonly errorShare: readonly (number | null)[];
  readonly p50Micros: readonly (number | null)[];
  readonly p95Micros: readonly (number | null)[];
  readonly p99Micros: readonly (number | null)[];
}

/** How a window differs from the one before. */
export interface Change {
  /** How many times as much; null when there was none. */
  readonly rate: number | null;
  readonly p95: number | null;
  /** Difference of the shares. */
  readonly errorShare: number;
  readonly worseP95: boolean;
  readonly worseErrors: boolean;
}

/** One line of the table of services, or of operations. */
export interface ServiceRow extends Measures {
  /** Of the service or operation. */
  readonly name: string;
  /** OTLP's number: server for what was answered, client for what was called, internal for the rest. */
  readonly kind: number;
  readonly steps: MeasuresByStep;
  readonly exemplars: readonly StepExemplar[];
  /** `new` when there was nothing of it in the window before, `undefined` when that window tells nothing. */
  readonly change: Change | 'new' | undefined;
}

/** Rows of a table and what they cover. */
export interface ServiceTable {
  readonly rows: readonly ServiceRow[];
  readonly extent: WindowExtent;
  /** What of the window before the changes are against. */
  readonly compared: WindowExtent | undefined;
  readonly stepMicros: number;
}

/** The sums of two windows, when they were asked for, and since when anything at all is counted (`beganMicros`). */
export interface BothWindows {
  readonly now: StatisticsAnswer;
  readonly before: StatisticsAnswer;
  readonly askedMillis: number;
  readonly began: number | undefined;
}

/** A row for each service: what it answered, else what it did by itself, else what it called. Answers by sides. */
export function serviceTable({ now, before, ...rest }: BothWindows): ServiceTable {
  return operationRows({ now: mainSides(now), before: mainSides(before), ...rest });
}

/** A row for each operation and side. */
export function operationRows({ now, before, askedMillis, began }: BothWindows): ServiceTable {
  const extent = windowExtent(now, askedMillis, began);
  const compared = comparablePart(before, began);
  const seconds = stepSeconds(now, extent);
  const held = new Map(before.statistics.map((line) => [keyOf(line), line]));
  const rows = now.statistics.map((line): ServiceRow => {
    const measures = measuresOf(line, extent.seconds);
    const old = held.get(keyOf(line));
    return {
      name: line.operation ?? line.service,
      kind: line.kind,
      ...measures,
      steps: measuresByStep(line, seconds, now.stepMicros / 1e6),
      exemplars: line.steps.exemplars ?? [],
      change: compared && (old === undefined ? 'new' : changeBetween(measuresOf(old, compared.seconds), measures)),
    };
  });
  return { rows, extent, compared, stepMicros: now.stepMicros };
}

/** The side that stands for a service: its answers, else its own work, else its calls. */
function mainSides(answer: StatisticsAnswer): StatisticsAnswer {
  const best = new Map<string, ServiceStatistics>();
  for (const line of answer.statistics) {
    const held = best.get(line.service);
    if (held === undefined || sideRank(line.kind) < sideRank(held.kind)) best.set(line.service, line);
  }
  return { ...answer, statistics: [...best.values()] };
}

function sideRank(kind: number): number {
  return [SpanKind.server, SpanKind.internal, SpanKind.client].indexOf(kind as never);
}

function keyOf({ service, operation, kind }: ServiceStatistics): string {
  return JSON.stringify([service, operation, kind]);
}

/** What sums say of a window that lasted so many seconds. */
export function measuresOf(sums: Omit<LatencySums, 'histogram' | 'durationSumMicros'>, seconds: number): Measures {
  const { count, errors, p50Micros, p95Micros, p99Micros } = sums;
  return {
    count,
    errors,
    rate: count / seconds,
    errorShare: count === 0 ? 0 : errors / count,
    p50Micros,
    p95Micros,
    p99Micros,
  };
}

function measuresByStep(
  { steps }: ServiceStatistics,
  seconds: readonly number[],
  wholeSeconds: number,
): MeasuresByStep {
  const { counts, errors, p50Micros, p95Micros, p99Micros } = steps;
  return {
    rate: counts.map((count, step) => {
      const passed = seconds[step] ?? 0;
      return passed < wholeSeconds * leastStepPart ? null : count / passed;
    }),
    errorShare: counts.map((count, step) => (count === 0 ? null : (errors[step] ?? 0) / count)),
    p50Micros,
    p95Micros,
    p99Micros,
  };
}

/** How `now` differs from `before`. What is worse is pointed out when both windows hold enough calls. */
export function changeBetween(before: Measures, now: Measures): Change {
  const enough = before.count >= leastCompared && now.count >= leastCompared;
  const p95 = before.p95Micros === null || now.p95Micros === null ? null : now.p95Micros / before.p95Micros;
  const errorShare = now.errorShare - before.errorShare;
  return {
    rate: before.rate === 0 ? null : now.rate / before.rate,
    p95,
    errorShare,
    worseP95: enough && p95 !== null && p95 >= worseLatency,
    worseErrors: enough && errorShare >= worseErrorShare,
  };
}
