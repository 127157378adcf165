import { checkSampler } from '../internal/check-sampler.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/**
 * Asks `sampler` of a local root as late as it may: when its context is asked for or injected, when a child starts, when
 * it is reported unfinished, and at the latest when it finishes. The sampler sees the name and the tags of that moment,
 * so that `setOperationName` and `setTag` count, which come after the start where a route is known only then:
 * `parentBased(delayedSampler(perOperationSampler(…)))`.
 *
 * Until then the span is recorded as if it were sampled, and one that turns out not to be is discarded when it finishes:
 * that costs what a sampled span costs. Take it only for samplers that look at names or tags, and put it around the whole
 * sampler or directly into `parentBased`; inside of others it does nothing, and child spans are asked for when they start.
 *
 * Throws a `TypeError` for what is no sampler.
 *
 * Source: jaeger-client-node 3.19, "delayed sampling" (`onSetOperationName`, `onSetTag`).
 */
export function delayedSampler(sampler: Sampler): Sampler {
  return new DelayedSampler(checkSampler('delayedSampler', sampler));
}

class DelayedSampler implements Sampler {
  readonly isDelayed: boolean = true;
  readonly followsParent: boolean;
  readonly #sampler: Sampler;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
    this.followsParent = sampler.followsParent;
  }

  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    return this.#sampler.sample(request, parent);
  }

  close(): void {
    this.#sampler.close?.();
  }
}
