const nanosPerUnit: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
};

/**
 * Reads what people type for a duration, `250ms`, `1.5 s`, `90us`, `2 min`; a bare number means milliseconds.
 * Returns whole nanoseconds, or `undefined` when it is not a duration.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)\s*([a-zµμ]*)$/iu.exec(text.trim());
  if (match === null) return undefined;
  const factor = nanosPerUnit[(match[2] ?? '').toLowerCase() || 'ms'];
  return factor === undefined ? undefined : Math.round(Number(match[1]) * factor);
}
