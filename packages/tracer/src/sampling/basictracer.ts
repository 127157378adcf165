import { wholeNumber } from '../internal/invalid-option.ts';
import { OwnArithmetic } from '../internal/own-arithmetic.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/**
 * Samples the traces that OpenTracing's basictracers sample: those whose id, its last 64 bits, can be divided by `rate`.
 * `rate` is not a probability but its inverse: 64 samples one trace in 64, 1 all, 0 none.
 *
 * basictracer-go divides by 64 unless it is given a function; basictracer-python's `DefaultSampler(rate)` by its
 * parameter. For services that decide side by side with them on the same traces; otherwise take `probabilitySampler`.
 * Wrap it in `parentBased`, as basictracers do by themselves.
 *
 * Roots, sampled or not, get their randomness as `ot=rv` in the `tracestate`, and sampled ones `ot=th`; spans with a
 * parent get neither. The tag `sampler.param` has the probability.
 *
 * Throws a `TypeError` unless `rate` is a whole number from 0 to 2^26.
 *
 * Source: basictracer-go, `DefaultOptions`; basictracer-python, `DefaultSampler`.
 */
export function basictracerSampler(rate: number = 64): Sampler {
  return new BasictracerSampler(wholeNumber('basictracerSampler', rate, 64, 0, maxRate));
}

/** Up to here doubles compute the remainder exactly. */
const maxRate = 2 ** 26;

class BasictracerSampler implements Sampler {
  readonly followsParent: boolean = false;
  readonly #rate: number;
  /** What one step of the upper word adds to the remainder. */
  readonly #upperStep: number;
  readonly #arithmetic: OwnArithmetic;

  constructor(rate: number) {
    this.#rate = rate;
    this.#upperStep = 2 ** 32 % rate;
    const probability = rate === 0 ? 0 : 1 / rate;
    this.#arithmetic = new OwnArithmetic(probability, probability);
  }

  sample({ traceId2, traceId3 }: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    const high = traceId2 >>> 0;
    const low = traceId3 >>> 0;
    const share = (high + low / 2 ** 32) / 2 ** 32;
    if (this.#rate === 0) return this.#arithmetic.decide(false, share, parent);
    const remainder = ((high % this.#rate) * this.#upperStep + (low % this.#rate)) % this.#rate;
    return this.#arithmetic.decide(remainder === 0, (remainder + share) / this.#rate, parent);
  }
}
