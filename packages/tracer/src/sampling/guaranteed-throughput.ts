import { GuaranteedThroughput } from '../internal/guaranteed-throughput.ts';
import { knownOptions } from '../internal/known-options.ts';
import type { LimitOptions } from '../internal/leaky-bucket.ts';
import { checkLimitOptions, checkRate } from '../internal/leaky-bucket.ts';
import { checkProbability } from '../internal/sampling-threshold.ts';
import type { Sampler, SamplingRequest } from './sampler.ts';

/** What a `guaranteedThroughputSampler` samples. */
export interface GuaranteedThroughputOptions extends LimitOptions {
  /** The share of traces that is sampled in any case: 0, or from 2^-56 to 1. */
  readonly probability: number;
  /** So many traces per second are sampled at least, as far as there are any. 1/600 is one every ten minutes. */
  readonly minTracesPerSecond: number;
}

/**
 * Samples a share of traces, consistently as `probabilitySampler` does, and more where that gives fewer than so many
 * traces per second, so that what is rare is seen at all. Traces that the share gives count towards the bound.
 *
 * A trace of the share has `ot=th` and the tags `sampler.type=probabilistic`, `sampler.param`; one of the bound has no
 * threshold and `sampler.type=lowerbound`, because nobody knows its weight. Not for one bound per operation:
 * `perOperationSampler` has that. Wrap it in `parentBased`, or child spans take from the bound too.
 *
 * Throws a `TypeError` for a probability that is none, and unless `minTracesPerSecond` is 0 or more, and finite.
 *
 * Source: jaeger-client-node 3.19, `GuaranteedThroughputSampler`.
 */
export function guaranteedThroughputSampler(options: GuaranteedThroughputOptions): Sampler {
  knownOptions('guaranteedThroughputSampler', options, ['probability', 'minTracesPerSecond', 'clock', 'random']);
  const probability = checkProbability('guaranteedThroughputSampler: probability', options.probability);
  const bound = checkRate('guaranteedThroughputSampler: minTracesPerSecond', options.minTracesPerSecond);
  const sampler = new GuaranteedThroughput(
    probability,
    bound,
    checkLimitOptions('guaranteedThroughputSampler', options),
  );
  return Object.freeze({ followsParent: false, sample: (request: SamplingRequest) => sampler.sample(request) });
}
