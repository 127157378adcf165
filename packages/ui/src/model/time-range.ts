/** Ranges that end now, by the text that stands in the address. */
export const rangePresets = {
  '5m': 5 * 60,
  '15m': 15 * 60,
  '1h': 3600,
  '6h': 6 * 3600,
  '24h': 24 * 3600,
  '2d': 2 * 86_400,
  '7d': 7 * 86_400,
  '30d': 30 * 86_400,
} as const;

export type RangePreset = keyof typeof rangePresets;

/** What the page looks back over when the address says nothing. */
export const defaultRange: RangePreset = '1h';

/** Clocks of other machines may run ahead; a range that ends now reaches this far beyond it. */
const slackMicros = 60e6;

export interface ResolvedRange {
  readonly startMicros: number;
  readonly endMicros: number;
}

export function isRangePreset(text: string): text is RangePreset {
  return Object.hasOwn(rangePresets, text);
}

/** The microseconds that a preset covers when it is asked at `nowMillis`. */
export function resolvePreset(preset: RangePreset, nowMillis: number): ResolvedRange {
  const nowMicros = nowMillis * 1000;
  return { startMicros: nowMicros - rangePresets[preset] * 1e6, endMicros: nowMicros + slackMicros };
}

/** The next longer preset, or `undefined` for the longest. */
export function widerPreset(preset: RangePreset): RangePreset | undefined {
  const all = Object.keys(rangePresets).filter(isRangePreset);
  return all[all.indexOf(preset) + 1];
}

/**
 * An instant in the address: ISO 8601 with a zone. Returns microseconds (finer digits are dropped), or `undefined` for anything
 * else.
 */
export function parseInstantMicros(text: string): number | undefined {
  const fraction = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.exec(text);
  if (fraction === null) return undefined;
  const [, digits = ''] = fraction;
  const millis = Date.parse(text.replace(digits, ''));
  return Number.isNaN(millis) ? undefined : millis * 1000 + Number(digits.slice(1, 7).padEnd(6, '0'));
}

/** The shortest preset that reaches back to an instant; the longest when none does. */
export function presetReaching(micros: number, nowMillis: number): RangePreset {
  const ageSeconds = nowMillis / 1000 - micros / 1e6;
  const all = Object.keys(rangePresets).filter(isRangePreset);
  return all.find((preset) => preset !== '5m' && preset !== '15m' && rangePresets[preset] > ageSeconds) ?? '30d';
}
