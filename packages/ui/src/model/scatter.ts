import type { TraceSummary } from '@spanwise/wire/query';

export interface ScatterPoint {
  readonly trace: TraceSummary;
  readonly x: number;
  readonly y: number;
}

export interface ScatterLayout {
  readonly points: readonly ScatterPoint[];
  readonly durationTicks: readonly { readonly y: number; readonly micros: number }[];
  readonly fromMicros: number;
  readonly toMicros: number;
}

export interface ScatterSize {
  readonly width: number;
  readonly height: number;
  readonly padding: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

/** Traces as points: start from left to right, duration upwards on a logarithmic scale of whole decades. */
export function layoutScatter(traces: readonly TraceSummary[], size: ScatterSize): ScatterLayout {
  const { left, right, top, bottom } = size.padding;
  const starts = traces.map((trace) => trace.startMicros);
  const fromMicros = minimum(starts);
  const toMicros = Math.max(fromMicros + 1, maximum(starts));
  const decades = decadesOf(traces.map((trace) => trace.durationMicros));
  const x = (micros: number): number =>
    left + ((micros - fromMicros) / (toMicros - fromMicros)) * Math.max(0, size.width - left - right);
  const y = (micros: number): number => {
    const share = (Math.log10(Math.max(micros, 10 ** decades.low)) - decades.low) / (decades.high - decades.low);
    return size.height - bottom - share * Math.max(0, size.height - top - bottom);
  };
  const durationTicks = Array.from({ length: decades.high - decades.low + 1 }, (_, step) => {
    const micros = 10 ** (decades.low + step);
    return { micros, y: y(micros) };
  });
  const points = traces.map((trace) => ({ trace, x: x(trace.startMicros), y: y(trace.durationMicros) }));
  return { points, durationTicks, fromMicros, toMicros };
}

/** Whole powers of ten that enclose the durations, at least one apart; nothing is shorter than a microsecond here. */
function decadesOf(durations: readonly number[]): { low: number; high: number } {
  const positive = durations.filter((duration) => duration >= 1);
  if (positive.length === 0) return { low: 0, high: 1 };
  const low = Math.floor(Math.log10(minimum(positive)));
  return { low, high: Math.max(low + 1, Math.ceil(Math.log10(maximum(positive)))) };
}

/** The nearest point within `reach` pixels. */
export function pointAt(
  points: readonly ScatterPoint[],
  x: number,
  y: number,
  reach: number,
): ScatterPoint | undefined {
  let nearest: ScatterPoint | undefined;
  let best = reach * reach;
  for (const point of points) {
    const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (distance <= best) {
      best = distance;
      nearest = point;
    }
  }
  return nearest;
}

function minimum(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
}

function maximum(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), values[0] ?? 0);
}
