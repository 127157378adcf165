import { describe, expect, it } from 'vitest';

import { SeededIds } from '../ids/seeded-ids.ts';
import { probabilitySampler } from './probability.ts';
import { request, samplerCases } from './sampler.conformance.ts';
import type { Sampler, SamplingRequest } from './sampler.ts';

describe('probabilitySampler(0) as a Sampler', () => {
  for (const { name, run } of samplerCases(() => probabilitySampler(0))) it(name, run);
});
describe('probabilitySampler(0.5) as a Sampler', () => {
  for (const { name, run } of samplerCases(() => probabilitySampler(0.5))) it(name, run);
});
describe('probabilitySampler(1) as a Sampler', () => {
  for (const { name, run } of samplerCases(() => probabilitySampler(1))) it(name, run);
});

function sampled(sampler: Sampler, parts: Partial<SamplingRequest>): boolean {
  return sampler.sample(request(parts), undefined).sampled;
}

describe('the threshold', () => {
  it.each([
    [1, '0'],
    [0.5, '8'],
    [0.25, 'c'],
    [0.75, '4'],
    [2 ** -56, 'ffffffffffffff'],
    [1 - 2 ** -52, '0000000000001'],
  ])('of %d is %s', (probability, threshold) => {
    const highest = { traceId2: 0xffffff, traceId3: -1 };
    expect(probabilitySampler(probability).sample(request(highest), undefined)).toMatchObject({
      sampled: true,
      threshold,
    });
  });

  it.each([0.1, 0.3, 0.001])('of %d gives the rate back', (probability) => {
    const { threshold } = probabilitySampler(probability).sample(
      request({ traceId2: 0xffffff, traceId3: -1 }),
      undefined,
    );
    const rejected = Number.parseInt(threshold!.padEnd(14, '0'), 16) / 2 ** 56;
    expect(1 - rejected).toBeCloseTo(probability, 14);
  });
});

describe('the trace id', () => {
  it('is sampled at the threshold and not below it, to the last of 56 bits', () => {
    const sampler = probabilitySampler(0.5);
    expect(sampled(sampler, { traceId2: 0x800000, traceId3: 0 })).toBe(true);
    expect(sampled(sampler, { traceId2: 0x7fffff, traceId3: -1 })).toBe(false);
    const rarest = probabilitySampler(2 ** -56);
    expect(sampled(rarest, { traceId2: 0xffffff, traceId3: -1 })).toBe(true);
    expect(sampled(rarest, { traceId2: 0xffffff, traceId3: -2 })).toBe(false);
  });

  it('counts with its last 56 bits only', () => {
    const sampler = probabilitySampler(0.5);
    expect(sampled(sampler, { traceId0: -1, traceId1: -1, traceId2: 0xff7fffff | 0, traceId3: -1 })).toBe(false);
  });

  it('is never sampled at 0 and always at 1', () => {
    for (const [traceId2, traceId3] of [
      [0, 0],
      [-1, -1],
    ] as const) {
      expect(sampled(probabilitySampler(0), { traceId2, traceId3 })).toBe(false);
      expect(sampled(probabilitySampler(1), { traceId2, traceId3 })).toBe(true);
    }
  });

  it('gives way to explicit randomness', () => {
    const sampler = probabilitySampler(0.5);
    expect(sampled(sampler, { traceId2: 0, traceId3: 0, traceState: 'ot=rv:80000000000000' })).toBe(true);
    expect(sampled(sampler, { traceId2: -1, traceId3: -1, traceState: 'ot=rv:7fffffffffffff' })).toBe(false);
  });
});

it.each([0.5, 0.1, 0.01])('samples a share of %d of random traces, within five standard deviations', (probability) => {
  const ids = new SeededIds(2026);
  const sampler = probabilitySampler(probability);
  const trials = 200_000;
  let count = 0;
  for (let trial = 0; trial < trials; trial++) {
    if (sampled(sampler, { traceId2: ids.nextWord(), traceId3: ids.nextWord() })) count += 1;
  }
  const deviation = Math.sqrt(trials * probability * (1 - probability));
  expect(Math.abs(count - trials * probability)).toBeLessThan(5 * deviation);
});

it('keeps nested sets: what a lower rate keeps, a higher keeps too', () => {
  const ids = new SeededIds(7);
  const [low, high] = [probabilitySampler(0.1), probabilitySampler(0.3)];
  for (let trial = 0; trial < 20_000; trial++) {
    const parts = { traceId2: ids.nextWord(), traceId3: ids.nextWord() };
    if (sampled(low, parts)) expect(sampled(high, parts)).toBe(true);
  }
});

it('says how it decided', () => {
  expect(probabilitySampler(1).sample(request(), undefined).attributes).toEqual([
    'sampler.type',
    'probabilistic',
    'sampler.param',
    1,
  ]);
});

it.each([-0.1, 1.0000001, Number.NaN, 2 ** -57, '0.5'])('refuses %s', (probability) => {
  expect(() => probabilitySampler(probability as number)).toThrow(
    'probabilitySampler must be a number from 0 (none) to 1 (all); it was',
  );
});
