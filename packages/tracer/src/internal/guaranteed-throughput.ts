import type { SamplingDecision, SamplingRequest } from '../sampling/sampler.ts';
import { ConsistentShare } from './consistent-share.ts';
import type { LimitOptions } from './leaky-bucket.ts';
import { LeakyBucket } from './leaky-bucket.ts';

/** A share of traces with a lower bound of traces per second; both can be changed while it runs. */
export class GuaranteedThroughput {
  readonly #bucket: LeakyBucket;
  #share: ConsistentShare;
  #byBound: SamplingDecision;

  /** Both numbers are checked. */
  constructor(probability: number, tracesPerSecond: number, options: LimitOptions) {
    this.#bucket = new LeakyBucket(tracesPerSecond, options);
    this.#share = new ConsistentShare(probability);
    this.#byBound = sampledByBound(probability);
  }

  sample(request: SamplingRequest): SamplingDecision {
    // Asked first in both cases: what the share samples counts towards the bound.
    const hasCredit = this.#bucket.take();
    const decision = this.#share.sample(request);
    return hasCredit && !decision.sampled ? this.#byBound : decision;
  }

  update(probability: number, tracesPerSecond: number): void {
    this.#bucket.update(tracesPerSecond);
    if (probability === this.#share.probability) return;
    this.#share = new ConsistentShare(probability);
    this.#byBound = sampledByBound(probability);
  }
}

/** Nobody knows the weight, hence no threshold. */
function sampledByBound(probability: number): SamplingDecision {
  const attributes = Object.freeze(['sampler.type', 'lowerbound', 'sampler.param', probability]);
  return Object.freeze({ sampled: true, attributes, threshold: null });
}
