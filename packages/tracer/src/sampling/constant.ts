import type { Attributes } from '@spanwise/wire';
import { noAttributes } from '@spanwise/wire';

import { invalidOption } from '../internal/invalid-option.ts';
import type { Sampler, SamplingDecision } from './sampler.ts';

/**
 * Records every span, or none, whatever the parent's decision was. Wrap it in `parentBased`; alone it makes traces whose
 * halves disagree. `parentBased(constantSampler(true))` is what the tracer does by default, where the local root
 * has the tags `sampler.type` `const` and `sampler.param` `true` besides: somebody chose it.
 *
 * Throws a `TypeError` for what is not a boolean.
 *
 * Source of the tags: jaeger-client-node 3.19, `ConstSampler`.
 */
export function constantSampler(sampled: boolean): Sampler {
  if (typeof sampled !== 'boolean')
    throw invalidOption('constantSampler', sampled, 'must be true or false (probabilitySampler takes a rate)');
  return sampled ? always : never;
}

const always: Sampler = constant(true, Object.freeze(['sampler.type', 'const', 'sampler.param', true]));
const never: Sampler = constant(false, noAttributes);

/** What tracers do that were given no sampler: two tags on every root would say nothing. */
export const alwaysUnlessGiven: Sampler = constant(true, noAttributes);

function constant(sampled: boolean, attributes: Attributes): Sampler {
  const decision: SamplingDecision = Object.freeze({ sampled, attributes, threshold: null });
  return Object.freeze({ followsParent: false, sample: () => decision });
}
