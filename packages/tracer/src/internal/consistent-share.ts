import type { SamplingDecision, SamplingRequest } from '../sampling/sampler.ts';
import { notSampled } from '../sampling/sampler.ts';
import { SamplingThreshold } from './sampling-threshold.ts';

/** Keeps a share of traces by comparing their randomness with a threshold, which the decision writes. */
export class ConsistentShare {
  readonly probability: number;
  readonly #threshold: SamplingThreshold;
  readonly #sampled: SamplingDecision;

  /** `type` is the tag `sampler.type`; the probability is checked. */
  constructor(probability: number, type: string = 'probabilistic') {
    this.probability = probability;
    this.#threshold = SamplingThreshold.of(probability);
    const attributes = Object.freeze(['sampler.type', type, 'sampler.param', probability]);
    this.#sampled = Object.freeze({ sampled: true, attributes, threshold: this.#threshold.text });
  }

  sample(request: SamplingRequest): SamplingDecision {
    return this.#threshold.reachedBy(request) ? this.#sampled : notSampled;
  }
}
