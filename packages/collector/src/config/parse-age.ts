const unitMillis: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/**
 * Reads a span of time such as `7d`, `36h`, `1.5h`, `30s` or `500ms` as whole milliseconds. A bare number is refused
 * because nobody can tell its unit.
 *
 * @throws {RangeError} for anything else, zero, and what is beyond 2^53 ms.
 */
export function parseAge(value: unknown): number {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)\s*(ms|[smhdw])$/i.exec(value.trim()) : null;
  const millis = match
    ? Math.round(Number(match[1]) * (unitMillis[match[2]!.toLowerCase()] ?? Number.NaN))
    : Number.NaN;
  if (!Number.isSafeInteger(millis) || millis < 1)
    throw new RangeError('give a time with its unit, such as 7d, 36h or 30m');
  return millis;
}
