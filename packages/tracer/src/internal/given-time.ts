import type { TracerCounts } from './tracer-core.ts';

/**
 * A time that the application gave, milliseconds since the epoch, as whole microseconds: at today's distance from 1970
 * a double has no room for nanoseconds. Undefined for none.
 *
 * So is what a backend could not read, which is counted: before the epoch, beyond 2^53 µs (nanoseconds given for
 * milliseconds, say), no number. One such time would cost the whole batch.
 */
export function givenMicros(millis: number | null | undefined, counts: TracerCounts): number | undefined {
  // Callers without types pass null.
  if (millis === undefined || millis === null) return undefined;
  const micros = typeof millis === 'number' ? Math.round(millis * 1000) : Number.NaN;
  if (micros >= 0 && micros <= Number.MAX_SAFE_INTEGER) return micros;
  counts.argumentErrors += 1;
  return undefined;
}
