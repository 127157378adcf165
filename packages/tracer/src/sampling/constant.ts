import { noAttributes } from '@spanwise/wire';

import { invalidOption } from '../internal/invalid-option.ts';
import type { Sampler, SamplingDecision } from './sampler.ts';

/**
 * Records every span, or none, whatever the parent's decision was. `parentBased(constantSampler(true))` is the tracer's
 * default; alone it makes traces whose halves disagree.
 */
export function constantSampler(sampled: boolean): Sampler {
  if (typeof sampled !== 'boolean')
    throw invalidOption('constantSampler', sampled, 'must be true or false (probabilitySampler takes a rate)');
  return sampled ? always : never;
}

const always: Sampler = constant(true);
const never: Sampler = constant(false);

function constant(sampled: boolean): Sampler {
  const decision: SamplingDecision = Object.freeze({ sampled, attributes: noAttributes, threshold: null });
  return Object.freeze({ followsParent: false, sample: () => decision });
}
