/**
 * A received W3C `tracestate` made fit to be kept and sent on; join several headers with commas first. Empty members and
 * repeated keys are dropped (the first counts). The whole is dropped (empty string) when a member is malformed, there
 * are more than 32, or it is longer than 8192 characters. Above 512 characters members over 128 go first, then the last
 * ones, as the specification advises.
 */
export function normalizeTraceState(_header: string): string {
  throw new Error('not written yet');
}

/**
 * The rejection threshold `th` in OpenTelemetry's `ot` member, 1–14 lower-case hex digits with trailing zeros left out,
 * or `undefined` when absent or malformed. (OpenTelemetry specification, "TraceState: Probability Sampling".)
 */
export function otThreshold(_traceState: string): string | undefined {
  throw new Error('not written yet');
}

/** The explicit randomness `rv` in OpenTelemetry's `ot` member, 14 lower-case hex digits, or `undefined`. */
export function otRandomValue(_traceState: string): string | undefined {
  throw new Error('not written yet');
}

/**
 * The same `tracestate` with `th` set, or removed when `undefined`. Other keys of `ot` and other members are kept in
 * order; `ot` moves to the front when it changed, and the last member gives way when there would be 33.
 */
export function withOtThreshold(_traceState: string, _threshold: string | undefined): string {
  throw new Error('not written yet');
}
