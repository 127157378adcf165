import { otRandomValue } from '@spanwise/wire/propagation';

import type { SamplingRequest } from '../sampling/sampler.ts';
import { invalidOption } from './invalid-option.ts';

/** Below this a threshold cannot be told from "never". */
const leastProbability: number = 2 ** -56;

/** The probability, or a `TypeError` that shows it: 0, or from 2^-56 to 1. */
export function checkProbability(option: string, probability: number): number {
  const isProbability =
    typeof probability === 'number' && (probability === 0 || (probability >= leastProbability && probability <= 1));
  if (!isProbability) {
    throw invalidOption(option, probability, 'must be a number from 0 (none) to 1 (all)');
  }
  return probability;
}

/** What a share of traces reaches: a number of 56 bits, for one probability. */
export class SamplingThreshold {
  /** As `ot=th` has it. Nothing reaches the threshold of 0, and its text means nothing. */
  readonly text: string;
  /** The upper 24 and lower 32 bits: 56 do not fit a double. 2^24 rejects everything. */
  readonly #high: number;
  readonly #low: number;

  /** `probability` is 0 or from 2^-56 to 1; what is closer to 0 counts as 2^-56. */
  constructor(probability: number) {
    const kept = probability === 0 ? 0n : BigInt(Math.round(Math.max(probability, leastProbability) * 2 ** 56));
    const threshold = 2n ** 56n - kept;
    this.#high = Number(threshold >> 32n);
    this.#low = Number(threshold & 0xffffffffn);
    this.text = thresholdText(threshold);
  }

  /** Whether the trace's randomness (explicit, or the last 56 bits of its id) reaches this. */
  reachedBy(request: SamplingRequest): boolean {
    const explicit = request.traceState === '' ? undefined : otRandomValue(request.traceState);
    if (explicit === undefined) return this.#isAtMost(request.traceId2 & 0xffffff, request.traceId3 >>> 0);
    return this.#isAtMost(parseInt(explicit.slice(0, 6), 16), parseInt(explicit.slice(6), 16));
  }

  #isAtMost(high: number, low: number): boolean {
    return high > this.#high || (high === this.#high && low >= this.#low);
  }
}

/** 14 hex digits without the zeros at the right, at least one. */
function thresholdText(threshold: bigint): string {
  const digits = threshold.toString(16).padStart(14, '0').replace(/0+$/, '');
  return digits === '' ? '0' : digits;
}
