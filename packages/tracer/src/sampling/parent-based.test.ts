import { describe, expect, it } from 'vitest';

import { constantSampler } from './constant.ts';
import { parentBased } from './parent-based.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';

describe('parentBased as a Sampler', () => {
  for (const { name, run } of samplerCases(() => parentBased(constantSampler(true)))) it(name, run);
});

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
