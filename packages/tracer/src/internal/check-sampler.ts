import type { Sampler } from '../sampling/sampler.ts';
import { invalidOption } from './invalid-option.ts';

/** The sampler, or a `TypeError` that shows what was given instead. */
export function checkSampler(option: string, sampler: Sampler): Sampler {
  if (typeof sampler?.sample === 'function') return sampler;
  throw invalidOption(option, sampler, 'must be a Sampler, such as probabilitySampler(0.1)');
}
