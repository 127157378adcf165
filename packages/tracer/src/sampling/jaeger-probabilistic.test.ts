import { describe, expect, it } from 'vitest';

import { countSampled, deviations, expectNestedSets, keptBy, seededRoots } from '../fixtures/sampled-traces.ts';
import { jaegerProbabilisticSampler } from './jaeger-probabilistic.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';
import type { SamplingRequest } from './sampler.ts';

describe.each([0, 2 ** -56, 0.1, 0.5, 1])('jaegerProbabilisticSampler(%d) as a Sampler', (rate) => {
  for (const { name, run } of samplerCases(() => jaegerProbabilisticSampler(rate))) it(name, run);
});

/** jaeger-client-go's own words: `samplingBoundary >= id.Low & maxRandomNumber`. */
function asInGo(rate: number, { traceId2, traceId3 }: SamplingRequest): boolean {
  const low = (BigInt(traceId2 >>> 0) << 32n) | BigInt(traceId3 >>> 0);
  return BigInt(Math.floor(2 ** 63 * rate)) >= (low & 0x7fffffffffffffffn);
}

it.each([0.0001, 0.1, 1 / 3, 0.5, 0.9])('decides at rate %d as Go does, on seeded ids', (rate) => {
  const sampler = jaegerProbabilisticSampler(rate);
  for (const root of seededRoots(63, 20_000)) expect(sampler.sample(root, undefined).sampled).toBe(asInGo(rate, root));
});

it('samples to the boundary and not beyond it, and the first bit of 64 does not count', () => {
  const sampler = jaegerProbabilisticSampler(0.5);
  const sampled = (traceId2: number, traceId3: number): boolean =>
    sampler.sample(request({ traceId2, traceId3 }), undefined).sampled;
  expect(sampled(0x40000000, 0)).toBe(true);
  expect(sampled(0x40000000, 1)).toBe(false);
  expect(sampled(0x3fffffff, -1)).toBe(true);
  expect(sampled(0xc0000000 | 0, 0)).toBe(true);
  expect(sampled(0x80000000 | 0, 0)).toBe(true);
  expect(sampled(-1, -1)).toBe(false);
});

it('samples all at 1 and nothing at 0', () => {
  for (const [traceId2, traceId3] of [
    [0, 0],
    [-1, -1],
  ] as const) {
    expect(jaegerProbabilisticSampler(1).sample(request({ traceId2, traceId3 }), undefined).sampled).toBe(true);
    expect(jaegerProbabilisticSampler(0).sample(request({ traceId2, traceId3 }), undefined).sampled).toBe(false);
  }
});

it.each([0.5, 0.1, 0.01])('samples a share of %d of random traces, within five standard deviations', (rate) => {
  const trials = 100_000;
  expect(deviations(countSampled(jaegerProbabilisticSampler(rate), 2026, trials), trials, rate)).toBeLessThan(5);
});

it.each([0.1, 1 / 3, 0.7, 1e-6, 2 ** -40])('stays on its side of the threshold at rate %d, to the last bit', (rate) => {
  const sampler = jaegerProbabilisticSampler(rate);
  const boundary = BigInt(Math.floor(2 ** 63 * rate));
  const at = (id: bigint): SamplingRequest =>
    request({ traceId2: Number(id >> 32n) | 0, traceId3: Number(id & 0xffffffffn) | 0 });
  const [last, first] = [at(boundary), at(boundary + 1n)].map((root) => sampler.sample(root, undefined));
  const threshold = last!.threshold!.padEnd(14, '0');
  expect([last!.sampled, last!.randomness! >= threshold]).toEqual([true, true]);
  expect([first!.sampled, first!.randomness! < threshold]).toEqual([false, true]);
});

describe('what others compute from a root', () => {
  it.each([0.5, 0.1, 0.001])('is its weight at rate %d', (rate) => {
    const root = request({ traceId2: 0, traceId3: 0 });
    const { threshold, attributes } = jaegerProbabilisticSampler(rate).sample(root, undefined);
    expect(keptBy(threshold!)).toBeCloseTo(rate, 14);
    expect(attributes).toEqual(['sampler.type', 'probabilistic', 'sampler.param', rate]);
  });

  it('are sets of traces that nest: a higher rate elsewhere keeps all of ours, a lower one only of ours', () => {
    expectNestedSets(jaegerProbabilisticSampler(0.2), 5);
  });
});

it('leaves randomness and threshold of a trace with a parent alone, and says its rate', () => {
  const decision = jaegerProbabilisticSampler(1).sample(request(), parentWith(1));
  expect(decision).toMatchObject({ sampled: true, threshold: null });
  expect(decision.randomness).toBeUndefined();
  expect(decision.attributes).toEqual(['sampler.type', 'probabilistic', 'sampler.param', 1]);
});

it.each([0, 2 ** -56, 1])('accepts %d', (rate) => {
  expect(() => jaegerProbabilisticSampler(rate)).not.toThrow();
});

it.each([-0.1, 2 ** -57, 1.0000001, Number.NaN, '0.5'])('refuses %s', (rate) => {
  expect(() => jaegerProbabilisticSampler(rate as number)).toThrow(
    'jaegerProbabilisticSampler must be a number from 0 (none) to 1 (all); it was',
  );
});
