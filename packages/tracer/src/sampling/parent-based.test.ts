import { expect, it } from 'vitest';

import { constantSampler } from './constant.ts';
import { parentBased } from './parent-based.ts';
import { parentWith, request, samplerConformance } from './sampler.conformance.ts';

samplerConformance('parentBased', () => parentBased(constantSampler(true)));

it.each([true, false])('asks its root sampler (%s) only where no decision is known', (root) => {
  const sampler = parentBased(constantSampler(root));
  expect(sampler.sample(request(), undefined).sampled).toBe(root);
  expect(sampler.sample(request(), parentWith(0, { samplingKnown: false })).sampled).toBe(root);
  expect(sampler.sample(request(), parentWith(1)).sampled).toBe(true);
  expect(sampler.sample(request(), parentWith(0)).sampled).toBe(false);
});

it('hands on the threshold that the parent was sampled by', () => {
  expect(parentBased(constantSampler(true)).sample(request(), parentWith(1)).threshold).toBeUndefined();
});

it('refuses what is no sampler', () => {
  expect(() => parentBased(0.1 as never)).toThrow(
    'parentBased must be a Sampler, such as probabilitySampler(0.1); it was 0.1',
  );
});
