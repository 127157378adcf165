import { formatDuration } from './durations.ts';
import type { TimeWindow } from './time-window.ts';

export interface Tick {
  readonly offsetNanos: number;
  readonly label: string;
}

const steps: readonly number[] = [1, 2, 5];
/** Minutes, quarters and hours are rounder than tens of seconds. */
const longSteps: readonly number[] = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400];

/** The round step that puts at most `most` ticks on `spanNanos`. */
export function tickStep(spanNanos: number, most: number): number {
  const least = spanNanos / Math.max(1, most);
  for (let power = 1; power < 1e10; power *= 10) {
    for (const step of steps) if (step * power >= least) return step * power;
  }
  const long = longSteps.find((seconds) => seconds * 1e9 >= least);
  return (long ?? Math.ceil(least / 86_400e9) * 86_400) * 1e9;
}

/** Ticks at round offsets inside the window, labels at least `labelWidth` pixels apart. */
export function axisTicks(window: TimeWindow, widthPixels: number, labelWidth = 84): Tick[] {
  const span = window.to - window.from;
  if (!(span > 0) || widthPixels <= 0) return [];
  const step = tickStep(span, Math.floor(widthPixels / labelWidth));
  const ticks: Tick[] = [];
  for (let index = Math.ceil(window.from / step); index * step <= window.to; index++) {
    ticks.push({ offsetNanos: index * step, label: tickLabel(index * step, step) });
  }
  return ticks;
}

const labelUnits: readonly (readonly [name: string, nanos: number])[] = [
  ['s', 1e9],
  ['ms', 1e6],
  ['µs', 1e3],
];

/** As many digits as the step needs, so that neighbours differ even when zoomed far in. */
function tickLabel(offset: number, step: number): string {
  if (offset === 0) return '0';
  if (step >= 1e9 && offset >= 60e9) return formatDuration(offset);
  const [name, size] = labelUnits.find(([, nanos]) => offset >= nanos || step >= nanos) ?? ['ns', 1];
  const digits = Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9));
  return `${(offset / size).toFixed(digits)}\u202f${name}`;
}
