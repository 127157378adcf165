import { expect, it } from 'vitest';

import { constantSampler } from './constant.ts';
import { parentWith, request, samplerConformance } from './sampler.conformance.ts';

samplerConformance('constantSampler(true)', () => constantSampler(true));
samplerConformance('constantSampler(false)', () => constantSampler(false));

it.each([true, false])('decides %s whatever the parent says', (sampled) => {
  const sampler = constantSampler(sampled);
  for (const parent of [undefined, parentWith(0), parentWith(1)])
    expect(sampler.sample(request(), parent).sampled).toBe(sampled);
});

it('refuses a rate', () => {
  expect(() => constantSampler(1 as never)).toThrow(
    'constantSampler must be true or false (probabilitySampler takes a rate); it was 1',
  );
});
