import { parseInstantMicros } from './time-range.ts';

/** The part of the heat map that somebody chose. */
export interface HeatBrush {
  /** Inclusive. */
  readonly startMicros: number;
  /** Not included. */
  readonly endMicros: number;
  /** Inclusive; 0 for no least duration. */
  readonly minNanos: number;
  /** Not included. */
  readonly maxNanos: number;
}

/** Reads it from the address; `undefined` for anything that `formatBrush` never gives. */
export function parseBrush(text: string): HeatBrush | undefined {
  const [from = '', to = '', least = '', most = '', ...rest] = text.split(',');
  const startMicros = parseInstantMicros(from);
  const endMicros = parseInstantMicros(to);
  const [minNanos, maxNanos] = [nanosOf(least), nanosOf(most)];
  if (rest.length > 0 || startMicros === undefined || endMicros === undefined || startMicros >= endMicros)
    return undefined;
  return minNanos < maxNanos ? { startMicros, endMicros, minNanos, maxNanos } : undefined;
}

/** Clocks that are wrong by years make traces of 2^60 ns and more: 19 digits. */
function nanosOf(text: string): number {
  const digits = /^(\d{1,20})ns$/.exec(text)?.[1];
  return digits === undefined ? Number.NaN : Number(digits);
}
