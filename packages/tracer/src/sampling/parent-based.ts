import { invalidOption } from '../internal/invalid-option.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';
import { sampledByParent, unsampledByParent } from './sampler.ts';

/**
 * Takes over the parent's decision, so that a trace is recorded whole or not at all; asks `root` for spans without a
 * parent, and for those whose parent left the decision open (B3 without sampling state).
 */
export function parentBased(root: Sampler): Sampler {
  if (typeof root?.sample !== 'function') {
    throw invalidOption('parentBased', root, 'must be a Sampler, such as probabilitySampler(0.1)');
  }
  return Object.freeze({
    followsParent: true,
    sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
      if (parent === undefined || !parent.samplingKnown) return root.sample(request, parent);
      return (parent.flags & 1) === 1 ? sampledByParent : unsampledByParent;
    },
  });
}
