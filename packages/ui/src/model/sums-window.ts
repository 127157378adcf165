import type { StatisticsAnswer, SumsExtent, SumsQuery } from '@spanwise/wire/query';
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
  /** When anything was first counted, when that is in the window. */
  readonly sinceMicros: number | undefined;
  /** From then, else from the start, to the end. */
  readonly seconds: number;
  /** Later than the start while older data is still summed up. */
  readonly completeFromMicros: number | undefined;
  readonly joined: boolean;
}

/** Of an answer that was asked for at `askedMillis`, when anything was first counted at `beganMicros`. */
export function windowExtent(answer: SumsExtent, askedMillis: number, beganMicros?: number): WindowExtent {
  const { startMicros, completeFromMicros, joined } = answer;
  const endMicros = Math.max(startMicros + 1, Math.min(answer.endMicros, askedMillis * 1000));
  const isLater = beganMicros !== undefined && beganMicros > startMicros && beganMicros < endMicros;
  return {
    startMicros,
    endMicros,
    sinceMicros: isLater ? beganMicros : undefined,
    seconds: (endMicros - (isLater ? beganMicros : startMicros)) / 1e6,
    completeFromMicros: completeFromMicros > startMicros ? completeFromMicros : undefined,
    joined,
  };
}

/**
 * Since when anything is counted, in a window or the one before: the start of the first such step. Before that either nothing was
 * stored or nothing went on; rates are over the time since. `undefined` when nothing is counted, or not all is summed up yet.
 */
export function beganMicros(before: StatisticsAnswer, now: StatisticsAnswer): number | undefined {
  if ([before, now].some((answer) => windowExtent(answer, Infinity).completeFromMicros !== undefined)) return undefined;
  return firstCounted(before) ?? firstCounted(now);
}

function firstCounted({ statistics, startMicros, stepMicros }: StatisticsAnswer): number | undefined {
  const firsts = statistics.map(({ steps }) => steps.counts.findIndex((count) => count > 0)).filter((at) => at !== -1);
  return firsts.length === 0 ? undefined : startMicros + Math.min(...firsts) * stepMicros;
}

/** What of the window before can be compared with; `undefined` when it holds nothing, or is not summed up yet. */
export function comparablePart(before: StatisticsAnswer, began: number | undefined): WindowExtent | undefined {
  return began === undefined || began >= before.endMicros ? undefined : windowExtent(before, Infinity, began);
}

/** Seconds of each step that count: the last may still run, the first may lie before anything was counted. */
export function stepSeconds(answer: StatisticsAnswer, { endMicros, sinceMicros }: WindowExtent): number[] {
  const { startMicros, stepMicros } = answer;
  const count = Math.max(1, Math.ceil((answer.endMicros - startMicros) / stepMicros));
  return Array.from({ length: count }, (_, step) => {
    const from = startMicros + step * stepMicros;
    const passed = Math.min(endMicros, from + stepMicros) - Math.max(from, sinceMicros ?? from);
    return Math.max(0, passed) / 1e6;
  });
}
