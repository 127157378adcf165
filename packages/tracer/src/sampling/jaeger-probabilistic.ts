import { OwnArithmetic } from '../internal/own-arithmetic.ts';
import { checkProbability } from '../internal/sampling-threshold.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/**
 * Samples the traces that jaeger-client-go's `ProbabilisticSampler(rate)` samples: the last 63 bits of the trace id must
 * not be above `⌊rate × 2^63⌋`.
 *
 * For services that decide side by side with Jaeger's Go client on the same traces. (Jaeger's Node client throws dice,
 * so nobody can decide as it does.) Otherwise take `probabilitySampler`, which costs less. Wrap it in `parentBased`, or
 * services with a lower rate cut holes into traces.
 *
 * At rate 0 nothing is sampled, where Jaeger's samples ids that end in 63 zero bits. Roots, sampled or not, get their
 * randomness as `ot=rv` in the `tracestate`, and sampled ones `ot=th`; spans with a parent get neither.
 *
 * Throws a `TypeError` unless `rate` is 0 or from 2^-56 to 1.
 *
 * Source: jaeger-client-go 2.30, `sampler.go`.
 */
export function jaegerProbabilisticSampler(rate: number): Sampler {
  return new JaegerProbabilisticSampler(checkProbability('jaegerProbabilisticSampler', rate));
}

class JaegerProbabilisticSampler implements Sampler {
  readonly followsParent: boolean = false;
  /** The boundary's upper 31 and lower 32 bits: 63 do not fit a double. At rate 0 all is above it. */
  readonly #high: number;
  readonly #low: number;
  readonly #arithmetic: OwnArithmetic;

  constructor(rate: number) {
    const boundary = BigInt(Math.floor(rate * 2 ** 63));
    this.#high = rate === 0 ? -1 : Number(boundary >> 32n);
    this.#low = Number(boundary & 0xffffffffn);
    this.#arithmetic = new OwnArithmetic(rate, rate);
  }

  sample({ traceId2, traceId3 }: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    const high = traceId2 & 0x7fffffff;
    const low = traceId3 >>> 0;
    const sampled = high < this.#high || (high === this.#high && low <= this.#low);
    return this.#arithmetic.decide(sampled, (high + low / 2 ** 32) / 2 ** 31, parent);
  }
}
