import { describe, expect, it } from 'vitest';

import { constantSampler } from './constant.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';

describe('constantSampler(true) as a Sampler', () => {
  for (const { name, run } of samplerCases(() => constantSampler(true))) it(name, run);
});
describe('constantSampler(false) as a Sampler', () => {
  for (const { name, run } of samplerCases(() => constantSampler(false))) it(name, run);
});

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
