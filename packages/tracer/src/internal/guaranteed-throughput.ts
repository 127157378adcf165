import type { SamplingDecision, SamplingRequest } from '../sampling/sampler.ts';
import { notSampled } from '../sampling/sampler.ts';
import type { LimitOptions } from './leaky-bucket.ts';
import { LeakyBucket } from './leaky-bucket.ts';
import { SamplingThreshold } from './sampling-threshold.ts';

/** A probability with a lower bound of traces per second; both can be changed while it runs. */
export class GuaranteedThroughput {
  readonly #bucket: LeakyBucket;
  #probability: number;
  #threshold: SamplingThreshold;
  #byProbability: SamplingDecision;
  #byBound: SamplingDecision;

  /** Both numbers are checked. */
  constructor(probability: number, tracesPerSecond: number, options: LimitOptions) {
    this.#bucket = new LeakyBucket(tracesPerSecond, options);
    this.#probability = probability;
    this.#threshold = new SamplingThreshold(probability);
    this.#byProbability = decision('probabilistic', probability, this.#threshold.text);
    this.#byBound = decision('lowerbound', probability, null);
  }

  sample(request: SamplingRequest): SamplingDecision {
    // Asked first in both cases: what the probability samples counts towards the bound.
    const hasCredit = this.#bucket.take();
    if (this.#threshold.reachedBy(request)) return this.#byProbability;
    return hasCredit ? this.#byBound : notSampled;
  }

  update(probability: number, tracesPerSecond: number): void {
    this.#bucket.update(tracesPerSecond);
    if (probability === this.#probability) return;
    this.#probability = probability;
    this.#threshold = new SamplingThreshold(probability);
    this.#byProbability = decision('probabilistic', probability, this.#threshold.text);
    this.#byBound = decision('lowerbound', probability, null);
  }
}

function decision(type: string, probability: number, threshold: string | null): SamplingDecision {
  const attributes = Object.freeze(['sampler.type', type, 'sampler.param', probability]);
  return Object.freeze({ sampled: true, attributes, threshold });
}
