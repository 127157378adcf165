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

/** What a trace is compared by: an explicit randomness in its `tracestate`, or the last 56 bits of its id. */
export type TraceRandomness = Pick<SamplingRequest, 'traceId2' | 'traceId3' | 'traceState'>;

/** What a share of traces reaches: a number of 56 bits, for one probability. */
export class SamplingThreshold {
  /** As `ot=th` has it. Nothing reaches the threshold of 0, and its text means nothing. */
  readonly text: string;
  /** The upper 24 and lower 32 bits: 56 do not fit a double. 2^24 rejects everything. */
  readonly #high: number;
  readonly #low: number;

  private constructor(high: number, low: number, text: string) {
    this.#high = high;
    this.#low = low;
    this.text = text;
  }

  /** `probability` is 0 or from 2^-56 to 1; what is closer to 0 counts as 2^-56. */
  static of(probability: number): SamplingThreshold {
    const kept = probability === 0 ? 0n : BigInt(Math.round(Math.max(probability, leastProbability) * 2 ** 56));
    const threshold = 2n ** 56n - kept;
    return new SamplingThreshold(Number(threshold >> 32n), Number(threshold & 0xffffffffn), thresholdText(threshold));
  }

  /** `text` is what `ot=th` says, 1 to 14 hex digits. */
  static fromText(text: string): SamplingThreshold {
    const digits = text.padEnd(14, '0');
    return new SamplingThreshold(parseInt(digits.slice(0, 6), 16), parseInt(digits.slice(6), 16), text);
  }

  /** The share of traces that reaches it, as exactly as a double has it. */
  get probability(): number {
    return 1 - (this.#high * 2 ** 32 + this.#low) / 2 ** 56;
  }

  /** Whether the trace's randomness reaches this. */
  reachedBy(request: TraceRandomness): boolean {
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
