/** How far the two clocks may be apart, in milliseconds, before the monotonic one is set anew. */
const MAX_DRIFT_MILLIS = 1000;

/**
 * What to add to `performance.now()` for the time of day, for the spans of one trace. It is `performance.timeOrigin`
 * until a computer that slept, or a clock that was set, has moved the two apart: some browsers stop the monotonic clock
 * while the machine sleeps.
 */
export function clockOffset(): number {
  const offset = Date.now() - performance.now();
  return Math.abs(offset - performance.timeOrigin) > MAX_DRIFT_MILLIS ? offset : performance.timeOrigin;
}
