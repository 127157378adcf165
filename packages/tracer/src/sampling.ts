export { constantSampler } from './sampling/constant.ts';
export { parentBased } from './sampling/parent-based.ts';
export { probabilitySampler } from './sampling/probability.ts';
export type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampling/sampler.ts';
