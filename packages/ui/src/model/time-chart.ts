/** Where a chart is drawn, in pixels: the plot stands inside the margins. */
export interface ChartBox {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Steps from left to right. */
export interface StepScale {
  readonly count: number;
  /** The middle of a step. */
  x(step: number): number;
  /** The step under a place; the first or the last beyond the ends. */
  stepAt(x: number): number;
}

/** Places steps of the same length side by side over the width of a plot. */
export function stepScale(count: number, { width, left, right }: ChartBox): StepScale {
  const stepWidth = Math.max(0, width - left - right) / Math.max(1, count);
  return {
    count,
    x: (step) => left + (step + 0.5) * stepWidth,
    stepAt: (x) => Math.max(0, Math.min(count - 1, Math.floor((x - left) / (stepWidth || 1)))),
  };
}

/** Values from the bottom of a plot to its top, and which of them are written beside it. */
export interface ValueScale {
  y(value: number): number;
  readonly ticks: readonly number[];
}

/** From zero to a round value that is at least `most`, with about three lines. */
export function linearScale(most: number, { height, top, bottom }: ChartBox): ValueScale {
  const step = roundStep((most > 0 ? most : 1) / 3);
  const count = Math.max(1, Math.ceil((most > 0 ? most : 1) / step - 1e-9));
  const end = count * step;
  return {
    y: (value) => height - bottom - (value / end) * Math.max(0, height - top - bottom),
    ticks: Array.from({ length: count + 1 }, (_, at) => at * step),
  };
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Positive values by their logarithm, between powers of ten that are written while there are few. */
export function logarithmicScale(values: readonly number[], { height, top, bottom }: ChartBox): ValueScale {
  const positive = values.filter((value) => value > 0);
  const least = positive.reduce((low, value) => Math.min(low, value), Infinity);
  const most = positive.reduce((high, value) => Math.max(high, value), 0);
  const low = positive.length === 0 ? 0 : Math.floor(Math.log10(least));
  const high = positive.length === 0 ? 1 : Math.max(low + 1, Math.ceil(Math.log10(most) - 1e-9));
  const every = Math.ceil((high - low + 1) / 5);
  const share = (value: number): number => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low);
  return {
    y: (value) => height - bottom - share(value) * Math.max(0, height - top - bottom),
    ticks: Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, at) => 10 ** (low + at * every)),
  };
}

/** The path of a line through the values; broken where one is null. One alone is a dot, when its line has round ends. */
export function linePath(values: readonly (number | null)[], steps: StepScale, scale: ValueScale): string {
  let path = '';
  for (const [step, value] of values.entries()) {
    if (value === null) continue;
    const continues = step > 0 && (values[step - 1] ?? null) !== null;
    path += `${continues ? 'L' : 'M'}${steps.x(step).toFixed(1)} ${scale.y(value).toFixed(1)}`;
    if (!continues && (values[step + 1] ?? null) === null) path += 'h0.01';
  }
  return path;
}

const minuteMicros = 60e6;
/** Minutes between times that are written, from a minute to four weeks. */
const roundMinutes: readonly number[] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 40_320];

/**
 * Instants to write below a chart: round times of day in a zone that is so many minutes ahead of UTC, at most `most` of them,
 * in microseconds.
 */
export function timeTicks(startMicros: number, endMicros: number, most: number, zoneMinutes: number): number[] {
  const minutes = (endMicros - startMicros) / minuteMicros;
  const every = roundMinutes.find((step) => minutes / step <= Math.max(1, most)) ?? roundMinutes.at(-1)!;
  const first = Math.ceil((startMicros / minuteMicros + zoneMinutes) / every) * every;
  const ticks: number[] = [];
  for (let at = first; (at - zoneMinutes) * minuteMicros < endMicros; at += every)
    ticks.push((at - zoneMinutes) * minuteMicros);
  return ticks;
}
