import { checkSampler } from '../internal/check-sampler.ts';
import { closeAll } from '../internal/close-all.ts';
import { knownOptions } from '../internal/known-options.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';
import { sampledByParent, unsampledByParent } from './sampler.ts';

/** Who decides under a parent whose decision is known. Where nobody is named, the parent's decision is taken over. */
export interface ParentBasedDelegates {
  /** Under a parent in another process that was sampled. */
  readonly remoteSampled?: Sampler;
  /** Under a parent in another process that was not sampled. */
  readonly remoteUnsampled?: Sampler;
  /** Under a parent in this process that was sampled. */
  readonly localSampled?: Sampler;
  /** Under a parent in this process that was not sampled. */
  readonly localUnsampled?: Sampler;
}

/**
 * Takes over the parent's decision, so that a trace is recorded whole or not at all; asks `root` for spans without a
 * parent, and for those whose parent left the decision open (B3 without sampling state).
 *
 * `delegates` decide in its stead, as in OpenTelemetry's `ParentBased`: `{ remoteSampled: probabilitySampler(0.1) }`
 * protects a service from callers that sample too much. Traces then have holes, and every child span asks the sampler.
 *
 * Throws a `TypeError` for what is no sampler and for delegates that it does not know.
 */
export function parentBased(root: Sampler, delegates: ParentBasedDelegates = {}): Sampler {
  checkSampler('parentBased', root);
  knownOptions('parentBased: delegates', delegates, delegateNames);
  const given = Object.entries(delegates).filter(([, delegate]) => delegate !== undefined) as [string, Sampler][];
  for (const [name, delegate] of given) checkSampler(`parentBased: ${name}`, delegate);
  return given.length === 0 ? new ParentBased(root) : new DelegatingParentBased(root, delegates);
}

const delegateNames = ['remoteSampled', 'remoteUnsampled', 'localSampled', 'localUnsampled'];

class ParentBased implements Sampler {
  readonly followsParent: boolean = true;
  readonly isDelayed: boolean;
  readonly #root: Sampler;

  constructor(root: Sampler) {
    this.#root = root;
    this.isDelayed = root.isDelayed === true;
  }

  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    if (parent === undefined || !parent.samplingKnown) return this.#root.sample(request, parent);
    return (parent.flags & 1) === 1 ? sampledByParent : unsampledByParent;
  }

  close(): void {
    this.#root.close?.();
  }
}

class DelegatingParentBased implements Sampler {
  readonly followsParent: boolean = false;
  readonly isDelayed: boolean;
  readonly #root: Sampler;
  readonly #delegates: ParentBasedDelegates;

  constructor(root: Sampler, delegates: ParentBasedDelegates) {
    this.#root = root;
    this.isDelayed = root.isDelayed === true;
    this.#delegates = { ...delegates };
  }

  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    if (parent === undefined || !parent.samplingKnown) return this.#root.sample(request, parent);
    const { remoteSampled, remoteUnsampled, localSampled, localUnsampled } = this.#delegates;
    if ((parent.flags & 1) === 1) {
      const delegate = parent.isRemote ? remoteSampled : localSampled;
      return delegate === undefined ? sampledByParent : delegate.sample(request, parent);
    }
    const delegate = parent.isRemote ? remoteUnsampled : localUnsampled;
    return delegate === undefined ? unsampledByParent : delegate.sample(request, parent);
  }

  close(): void {
    closeAll([this.#root, ...(Object.values(this.#delegates) as (Sampler | undefined)[])]);
  }
}
