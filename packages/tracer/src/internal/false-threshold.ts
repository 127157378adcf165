import { otThreshold, withOtThreshold } from '@spanwise/wire/propagation';

import { SamplingThreshold, type TraceRandomness } from './sampling-threshold.ts';

/**
 * The `tracestate` from another process without a threshold that the decision contradicts: sampled below it, or not
 * sampled and above it. Somebody on the way decided otherwise (by force, by rate) and left it there, and whoever computes
 * weights would believe it. (OpenTelemetry specification, "TraceState: Probability Sampling", "General requirements".)
 */
export function withoutFalseThreshold(request: TraceRandomness, sampled: boolean): string {
  const { traceState } = request;
  const threshold = otThreshold(traceState);
  if (threshold === undefined) return traceState;
  const isReached = SamplingThreshold.fromText(threshold).reachedBy(request);
  return isReached === sampled ? traceState : withOtThreshold(traceState, undefined);
}
