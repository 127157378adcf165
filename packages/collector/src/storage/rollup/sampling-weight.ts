import type { TraceIdWords } from '@spanwise/wire';
import type { Attributes, AttributeValue } from '@spanwise/wire/span-record';
import { otRandomValue, otThreshold } from '@spanwise/wire/propagation';

/** Weights are multiples of this, so that sums do not depend on the order. */
const unit = 2 ** -20;

/**
 * Nobody keeps one span of more. A larger weight is a mistake or malice, and would take the digits of all others in a sum, whose
 * bound for exactness is 2^33.
 */
const mostWeight = 2 ** 20;

/** The key under which samplers of other arithmetics leave their probability (docs/decisions/0040). */
export const samplerParameterKey = 'sampler.param';

/**
 * For how many spans this one stands: the inverse of the probability with which its trace was kept. By the threshold `th` in
 * OpenTelemetry's `tracestate` where the trace's randomness reaches it, for one that is not reached says nothing; else by
 * the tags `sampler.type` and `sampler.param` that a probabilistic sampler leaves on a local root; else 1. Rounded to 2^-20.
 * More than 2^20 says nothing, and is 1.
 */
export function samplingWeight(traceId: TraceIdWords, traceState: string, attributes: Attributes): number {
  if (traceState !== '') {
    const { threshold, randomness, weight } = readTraceState(traceState);
    if (threshold !== undefined && (randomness ?? lowest56Bits(traceId)) >= threshold) return weight;
  }
  return weightByTags(attributes);
}

/** What a `tracestate` says, of 56 bits in hex digits, so that texts compare as numbers do. */
interface SamplingState {
  readonly threshold: string | undefined;
  readonly randomness: string | undefined;
  readonly weight: number;
}

/** Spans of one sampler have the same text, and to take it apart costs more than all else here. */
let lastRead: { readonly text: string; readonly state: SamplingState } | undefined;

function readTraceState(text: string): SamplingState {
  if (lastRead?.text === text) return lastRead.state;
  const threshold = otThreshold(text)?.padEnd(14, '0');
  const weight = threshold === undefined ? 1 : rounded(1 / shareAbove(threshold));
  const state = { threshold, randomness: otRandomValue(text), weight };
  lastRead = { text, state };
  return state;
}

function lowest56Bits([, , word2, word3]: TraceIdWords): string {
  return (word2 & 0xffffff).toString(16).padStart(6, '0') + (word3 >>> 0).toString(16).padStart(8, '0');
}

/** Of 56 bits. What a double cannot hold apart makes no difference. */
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
  return weight > mostWeight ? 1 : Math.round(weight / unit) * unit;
}
