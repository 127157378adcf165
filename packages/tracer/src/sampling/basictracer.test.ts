import { describe, expect, it } from 'vitest';

import { countSampled, deviations, expectNestedSets, keptBy, seededRoots } from '../fixtures/sampled-traces.ts';
import { basictracerSampler } from './basictracer.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';
import type { SamplingRequest } from './sampler.ts';

describe.each([0, 1, 3, 64, 2 ** 26])('basictracerSampler(%d) as a Sampler', (rate) => {
  for (const { name, run } of samplerCases(() => basictracerSampler(rate))) it(name, run);
});

/** basictracer-python's own words: `trace_id % self.rate == 0`. */
function asInPython(rate: number, { traceId2, traceId3 }: SamplingRequest): boolean {
  return ((BigInt(traceId2 >>> 0) << 32n) | BigInt(traceId3 >>> 0)) % BigInt(rate) === 0n;
}

it.each([1, 2, 3, 10, 64, 1009])('decides at rate %d as Python does, on seeded ids', (rate) => {
  const sampler = basictracerSampler(rate);
  for (const root of seededRoots(64, 20_000))
    expect(sampler.sample(root, undefined).sampled).toBe(asInPython(rate, root));
});

it.each([7, 1_000_003, 2 ** 26 - 5, 2 ** 26])('finds the multiples of %d, to the last bit', (rate) => {
  const sampler = basictracerSampler(rate);
  for (const root of seededRoots(26, 1000)) {
    const id = (BigInt(root.traceId2 >>> 0) << 32n) | BigInt(root.traceId3 >>> 0);
    const multiple = id - (id % BigInt(rate));
    const at = (value: bigint): boolean =>
      sampler.sample(
        request({ traceId2: Number(value >> 32n) | 0, traceId3: Number(value & 0xffffffffn) | 0 }),
        undefined,
      ).sampled;
    expect(at(multiple)).toBe(true);
    expect(at(multiple + 1n)).toBe(false);
  }
});

it('divides by 64 unless told otherwise, as in Go', () => {
  const sampled = (traceId3: number): boolean =>
    basictracerSampler().sample(request({ traceId2: -1, traceId3 }), undefined).sampled;
  expect(sampled(0)).toBe(true);
  expect(sampled(-64)).toBe(true);
  expect(sampled(32)).toBe(false);
  expect(sampled(-63)).toBe(false);
});

it('samples all at 1 and nothing at 0', () => {
  for (const root of seededRoots(1, 100)) {
    expect(basictracerSampler(1).sample(root, undefined).sampled).toBe(true);
    expect(basictracerSampler(0).sample(root, undefined).sampled).toBe(false);
  }
});

it.each([2, 10, 64])('samples one of %d random traces, within five standard deviations', (rate) => {
  const trials = 100_000;
  expect(deviations(countSampled(basictracerSampler(rate), 2026, trials), trials, 1 / rate)).toBeLessThan(5);
});

it.each([2, 3, 10, 64, 1_000_003])('stays on its side of the threshold at rate %d, to the last bit', (rate) => {
  const sampler = basictracerSampler(rate);
  const at = (id: bigint): SamplingRequest =>
    request({ traceId2: Number(id >> 32n) | 0, traceId3: Number(id & 0xffffffffn) | 0 });
  const highest = 2n ** 64n - 1n;
  const [last, first] = [at(highest - (highest % BigInt(rate))), at(1n)].map((root) => sampler.sample(root, undefined));
  const threshold = last!.threshold!.padEnd(14, '0');
  expect([last!.sampled, last!.randomness! >= threshold]).toEqual([true, true]);
  expect([first!.sampled, first!.randomness! < threshold]).toEqual([false, true]);
});

describe('what others compute from a root', () => {
  it.each([1, 3, 64])('is its weight at rate %d', (rate) => {
    const { threshold, attributes } = basictracerSampler(rate).sample(request({ traceId2: 0, traceId3: 0 }), undefined);
    expect(1 / keptBy(threshold!)).toBeCloseTo(rate, 12);
    expect(attributes).toEqual(['sampler.type', 'probabilistic', 'sampler.param', 1 / rate]);
  });

  it('are sets of traces that nest: a higher rate elsewhere keeps all of ours, a lower one only of ours', () => {
    expectNestedSets(basictracerSampler(5), 8);
  });
});

it('leaves randomness and threshold of a trace with a parent alone', () => {
  const decision = basictracerSampler(1).sample(request(), parentWith(1));
  expect(decision).toMatchObject({ sampled: true, threshold: null });
  expect(decision.randomness).toBeUndefined();
});

it.each([0, 1, 2 ** 26])('accepts %d', (rate) => {
  expect(() => basictracerSampler(rate)).not.toThrow();
});

it.each([-1, 0.5, 2 ** 26 + 1, Number.NaN, '64'])('refuses %s', (rate) => {
  expect(() => basictracerSampler(rate as number)).toThrow(
    'basictracerSampler must be a whole number from 0 to 67108864 (leave it out for 64); it was',
  );
});
