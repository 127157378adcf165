import { traceIdHex } from '@spanwise/wire';
import type { Attributes, AttributeValue, SpanRecord } from '@spanwise/wire/span-record';
import { otRandomValue, otThreshold } from '@spanwise/wire/propagation';

/** Weights are multiples of this, so that sums do not depend on the order. */
const unit = 2 ** -20;

/** The key under which samplers of other arithmetics leave their probability (docs/decisions/0040). */
export const samplerParameterKey = 'sampler.param';

/**
 * For how many spans this one stands: the inverse of the probability with which its trace was kept. By the threshold `th` in
 * OpenTelemetry's `tracestate` where the trace's randomness reaches it, for one that is not reached says nothing; else by
 * the tags `sampler.type` and `sampler.param` that a probabilistic sampler leaves on a local root; else 1. Rounded to 2^-20.
 */
export function samplingWeight(
  span: Pick<SpanRecord, 'traceId0' | 'traceId1' | 'traceId2' | 'traceId3' | 'traceState' | 'attributes'>,
): number {
  const threshold = span.traceState === '' ? undefined : otThreshold(span.traceState)?.padEnd(14, '0');
  if (threshold !== undefined && randomnessOf(span) >= threshold) return rounded(1 / shareAbove(threshold));
  return weightByTags(span.attributes);
}

function randomnessOf(span: Parameters<typeof samplingWeight>[0]): string {
  return otRandomValue(span.traceState) ?? traceIdHex(span).slice(-14);
}

/** Of 56 bits. What they cannot hold apart, a double need not either. */
function shareAbove(threshold: string): number {
  return Number(2n ** 56n - BigInt(`0x${threshold}`)) / 2 ** 56;
}

function weightByTags(attributes: Attributes): number {
  const probability = valueOf(attributes, samplerParameterKey);
  if (typeof probability !== 'number' || !(probability > 0) || probability > 1) return 1;
  return valueOf(attributes, 'sampler.type') === 'probabilistic' ? rounded(1 / probability) : 1;
}

function valueOf(attributes: Attributes, key: string): AttributeValue | undefined {
  for (let index = 0; index < attributes.length; index += 2) {
    if (attributes[index] === key) return attributes[index + 1];
  }
  return undefined;
}

function rounded(weight: number): number {
  return Math.round(weight / unit) * unit;
}
