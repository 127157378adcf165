const second = 1e9;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A duration in nanoseconds for people: three significant digits below a minute (`812 ns`, `1.23 µs`, `45.0 ms`,
 * `59.9 s`), then the two largest units (`2 min 5 s`, `3 h 0 min`, `4 d 7 h`). Negative ones carry a sign. English
 * units, a point as the decimal sign; not for parsing.
 */
export function formatDuration(nanos: number): string {
  if (nanos < 0) return `-${formatDuration(-nanos)}`;
  if (nanos < 999.5) return `${threeDigits(nanos, 0)} ns`;
  if (nanos < 999.5e3) return `${threeDigits(nanos / 1e3)} µs`;
  if (nanos < 999.5e6) return `${threeDigits(nanos / 1e6)} ms`;
  if (nanos < 59.95 * second) return `${threeDigits(nanos / second)} s`;
  return formatLong(nanos);
}

/** Below 999.5, so that rounding never makes a fourth digit. */
function threeDigits(value: number, decimalsAtMost = 2): string {
  if (value === 0) return '0';
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return value.toFixed(Math.min(decimals, decimalsAtMost));
}

function formatLong(nanos: number): string {
  if (nanos < hour - second / 2) return twoUnits(nanos, [minute, 'min'], [second, 's']);
  if (nanos < day - minute / 2) return twoUnits(nanos, [hour, 'h'], [minute, 'min']);
  return twoUnits(nanos, [day, 'd'], [hour, 'h']);
}

type Unit = readonly [nanos: number, name: string];

function twoUnits(nanos: number, [largeNanos, large]: Unit, [smallNanos, small]: Unit): string {
  const smalls = Math.round(nanos / smallNanos);
  const perLarge = largeNanos / smallNanos;
  return `${Math.floor(smalls / perLarge)} ${large} ${smalls % perLarge} ${small}`;
}
