import type { ServiceStatistics, StatisticsAnswer, SumsExtent, SumsQuery } from '@spanwise/wire/query';
import type { RangeParams } from './sums-params.ts';
import { defaultRange, parseInstantMicros, resolvePreset } from './time-range.ts';

/** What sums are made of, in microseconds. */
const minuteMicros = 60e6;

/** A window of whole minutes and the one before it, of the same length. */
export interface SumsWindows {
  readonly now: SumsQuery;
  readonly before: SumsQuery;
}

/** The whole minutes that a range touches. The last of them may still be running. */
export function sumsWindows(params: RangeParams, nowMillis: number): SumsWindows {
  const from = parseInstantMicros(params.from ?? '');
  const to = parseInstantMicros(params.to ?? '');
  const isFixed = from !== undefined && to !== undefined;
  const startMicros = isFixed ? Math.min(from, to) : resolvePreset(params.range ?? defaultRange, nowMillis).startMicros;
  const endMicros = isFixed ? Math.max(from, to) : nowMillis * 1000;
  const first = Math.floor(startMicros / minuteMicros);
  const last = Math.floor(endMicros / minuteMicros);
  const firstBefore = Math.max(0, first - (last - first + 1));
  return { now: minutes(first, last), before: minutes(firstBefore, Math.max(0, first - 1)) };
}

function minutes(first: number, last: number): SumsQuery {
  return { startMicros: first * minuteMicros, endMicros: (last + 1) * minuteMicros - 1 };
}

/** How much of a window its sums tell of. */
export interface WindowExtent {
  readonly startMicros: number;
  /** Where the window ends, or the moment at which it was asked for. */
  readonly endMicros: number;
  readonly seconds: number;
  /** Later than the start while older data is still summed up. */
  readonly completeFromMicros: number | undefined;
  readonly joined: boolean;
}

/** Of an answer that was asked for at `askedMillis`. */
export function windowExtent(answer: SumsExtent, askedMillis: number): WindowExtent {
  const { startMicros, completeFromMicros, joined } = answer;
  const endMicros = Math.max(startMicros + 1, Math.min(answer.endMicros, askedMillis * 1000));
  return {
    startMicros,
    endMicros,
    seconds: (endMicros - startMicros) / 1e6,
    completeFromMicros: completeFromMicros > startMicros ? completeFromMicros : undefined,
    joined,
  };
}

/**
 * What of the window before can be compared with: from its first step in which anything at all was counted, because nothing was
 * stored, or nothing went on, before that. `undefined` when there is nothing, or part of it is still being summed up.
 */
export function comparablePart(before: StatisticsAnswer): WindowExtent | undefined {
  const extent = windowExtent(before, Infinity);
  const firstStep = before.statistics.reduce((least, line) => Math.min(least, firstCounted(line)), Infinity);
  if (extent.completeFromMicros !== undefined || firstStep === Infinity) return undefined;
  const startMicros = before.startMicros + firstStep * before.stepMicros;
  return { ...extent, startMicros, seconds: (extent.endMicros - startMicros) / 1e6 };
}

function firstCounted({ steps }: ServiceStatistics): number {
  const step = steps.counts.findIndex((count) => count > 0);
  return step === -1 ? Infinity : step;
}

/** Seconds of each step that have passed; the last step may still run, or reach beyond the window. */
export function stepSeconds(answer: StatisticsAnswer, { endMicros }: WindowExtent): number[] {
  const { startMicros, stepMicros } = answer;
  const count = Math.max(1, Math.ceil((answer.endMicros - startMicros) / stepMicros));
  return Array.from({ length: count }, (_, step) => {
    const from = startMicros + step * stepMicros;
    return Math.max(0, Math.min(endMicros, from + stepMicros) - from) / 1e6;
  });
}
