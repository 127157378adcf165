/** U+202F: narrow and unbreakable, between a number and its unit. */
const gap = '\u202f';

const units: readonly (readonly [name: string, nanos: number])[] = [
  ['ns', 1],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
];

/**
 * A duration for people: three significant digits and the unit that keeps the number below a thousand; from one minute
 * on, two whole units (`2 min 5 s`).
 */
export function formatDuration(nanos: number): string {
  if (!Number.isFinite(nanos)) return '–';
  if (nanos < 0) return `−${formatDuration(-nanos)}`;
  if (nanos === 0) return `0${gap}ms`;
  if (nanos >= 59.95e9) return formatLong(nanos / 1e9);
  for (const [name, size] of units) {
    const text = threeDigits(nanos / size);
    if (Number(text) < 1000) return `${size === 1 ? String(Math.round(nanos)) : text}${gap}${name}`;
  }
  return `${threeDigits(nanos / 1e9)}${gap}s`;
}

/** The same for the microseconds in which the query messages count. */
export function formatMicros(micros: number): string {
  return formatDuration(micros * 1000);
}

function threeDigits(value: number): string {
  if (value >= 99.95) return String(Math.round(value));
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

const longUnits: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

function formatLong(secondsExact: number): string {
  let seconds = Math.round(secondsExact);
  const first = longUnits.findIndex(([, size]) => seconds >= size);
  const parts: string[] = [];
  for (const [name, size] of longUnits.slice(first, first + 2)) {
    const whole = Math.floor(seconds / size);
    seconds -= whole * size;
    if (whole > 0) parts.push(`${whole}${gap}${name}`);
  }
  return parts.join(' ');
}
