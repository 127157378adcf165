import type { SamplingDecision } from '../sampling/sampler.ts';
import { notSampled } from '../sampling/sampler.ts';
import type { LimitOptions } from './leaky-bucket.ts';
import { LeakyBucket } from './leaky-bucket.ts';

/** Keeps so many traces per second at most; nobody knows what share that is, so there is no threshold. */
export class LimitedRate {
  readonly #bucket: LeakyBucket;
  #sampled: SamplingDecision;

  /** The rate is checked. */
  constructor(maxTracesPerSecond: number, options: LimitOptions) {
    this.#bucket = new LeakyBucket(maxTracesPerSecond, options);
    this.#sampled = sampledAt(maxTracesPerSecond);
  }

  sample(): SamplingDecision {
    return this.#bucket.take() ? this.#sampled : notSampled;
  }

  update(maxTracesPerSecond: number): void {
    this.#bucket.update(maxTracesPerSecond);
    this.#sampled = sampledAt(maxTracesPerSecond);
  }
}

function sampledAt(maxTracesPerSecond: number): SamplingDecision {
  const attributes = Object.freeze(['sampler.type', 'ratelimiting', 'sampler.param', maxTracesPerSecond]);
  return Object.freeze({ sampled: true, attributes, threshold: null });
}
