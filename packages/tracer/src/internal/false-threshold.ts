import { otRandomValue, otThreshold, withOtThreshold } from '@spanwise/wire/propagation';

import type { SamplingRequest } from '../sampling/sampler.ts';

/**
 * The `tracestate` from another process without a threshold that the decision contradicts: sampled below it, or not
 * sampled and above it. Somebody on the way decided otherwise (by force, by rate) and left it there, and whoever computes
 * weights would believe it. (OpenTelemetry specification, "TraceState: Probability Sampling", "General requirements".)
 */
export function withoutFalseThreshold({ traceId2, traceId3, traceState }: SamplingRequest, sampled: boolean): string {
  const threshold = otThreshold(traceState);
  if (threshold === undefined) return traceState;
  const randomness = otRandomValue(traceState) ?? hex(traceId2 & 0xffffff, 6) + hex(traceId3 >>> 0, 8);
  const isReached = randomness >= threshold.padEnd(14, '0');
  return isReached === sampled ? traceState : withOtThreshold(traceState, undefined);
}

function hex(word: number, digits: number): string {
  return word.toString(16).padStart(digits, '0');
}
