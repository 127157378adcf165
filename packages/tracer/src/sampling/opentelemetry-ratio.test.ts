import { describe, expect, it } from 'vitest';

import { countSampled, deviations, expectNestedSets, keptBy, seededRoots } from '../fixtures/sampled-traces.ts';
import { openTelemetryRatioSampler } from './opentelemetry-ratio.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';
import type { SamplingRequest } from './sampler.ts';

describe.each([0, 1e-9, 0.1, 0.5, 1])('openTelemetryRatioSampler(%d) as a Sampler', (ratio) => {
  for (const { name, run } of samplerCases(() => openTelemetryRatioSampler(ratio))) it(name, run);
});

/** As opentelemetry-js has it, over the hex digits of the id. */
function asInOpenTelemetry(ratio: number, root: SamplingRequest): boolean {
  const words = [root.traceId0, root.traceId1, root.traceId2, root.traceId3].map((word) => BigInt(word >>> 0));
  return Number(words.reduce((one, other) => one ^ other)) < Math.floor(ratio * 0xffffffff);
}

it.each([0.0001, 0.1, 1 / 3, 0.5, 0.9])('decides at ratio %d as OpenTelemetry does, on seeded ids', (ratio) => {
  const sampler = openTelemetryRatioSampler(ratio);
  for (const root of seededRoots(32, 20_000)) {
    expect(sampler.sample(root, undefined).sampled).toBe(asInOpenTelemetry(ratio, root));
  }
});

it('samples below the bound and not at it', () => {
  const sampled = (ratio: number, word: number): boolean => {
    const root = request({ traceId0: 0, traceId1: 0, traceId2: 0, traceId3: word });
    return openTelemetryRatioSampler(ratio).sample(root, undefined).sampled;
  };
  expect(sampled(0.5, 0x7ffffffe)).toBe(true);
  expect(sampled(0.5, 0x7fffffff)).toBe(false);
  expect(sampled(1, 0xfffffffe | 0)).toBe(true);
  expect(sampled(1, 0xffffffff | 0)).toBe(false);
  expect(sampled(0, 1)).toBe(false);
});

it('drops a trace whose id is none', () => {
  const root = request({ traceId0: 0, traceId1: 0, traceId2: 0, traceId3: 0 });
  expect(openTelemetryRatioSampler(1).sample(root, undefined).sampled).toBe(false);
});

it.each([0.5, 0.1, 0.01])('samples a share of %d of random traces, within five standard deviations', (ratio) => {
  const trials = 100_000;
  expect(deviations(countSampled(openTelemetryRatioSampler(ratio), 2026, trials), trials, ratio)).toBeLessThan(5);
});

it.each([0.1, 1 / 3, 0.7, 1e-6])('stays on its side of the threshold at ratio %d, to the last bit', (ratio) => {
  const sampler = openTelemetryRatioSampler(ratio);
  const bound = Math.floor(ratio * 0xffffffff);
  const at = (traceId3: number, traceId1: number): SamplingRequest =>
    request({ traceId0: traceId1, traceId1, traceId2: 0, traceId3: traceId3 | 0 });
  const [last, first] = [at(bound - 1, -1), at(bound, 0)].map((root) => sampler.sample(root, undefined));
  const threshold = last!.threshold!.padEnd(14, '0');
  expect([last!.sampled, last!.randomness! >= threshold]).toEqual([true, true]);
  expect([first!.sampled, first!.randomness! < threshold]).toEqual([false, true]);
});

describe('what others compute from a root', () => {
  it.each([0.5, 0.1, 0.001])('is its weight at ratio %d', (ratio) => {
    const root = request({ traceId0: 0, traceId1: 0, traceId2: 0, traceId3: 1 });
    const { threshold, attributes } = openTelemetryRatioSampler(ratio).sample(root, undefined);
    expect(keptBy(threshold!)).toBeCloseTo(ratio, 8);
    expect(attributes).toEqual(['sampler.type', 'probabilistic', 'sampler.param', ratio]);
  });

  it('are sets of traces that nest: a higher rate elsewhere keeps all of ours, a lower one only of ours', () => {
    expectNestedSets(openTelemetryRatioSampler(0.2), 6);
  });
});

it('leaves randomness and threshold of a trace with a parent alone', () => {
  const decision = openTelemetryRatioSampler(1).sample(request(), parentWith(1));
  expect(decision).toMatchObject({ sampled: true, threshold: null });
  expect(decision.randomness).toBeUndefined();
});

it.each([0, 1 / 0xffffffff, 1])('accepts %d', (ratio) => {
  expect(() => openTelemetryRatioSampler(ratio)).not.toThrow();
});

it.each([-0.1, 2.3e-10, 1.0000001, Number.NaN, '0.5'])('refuses %s', (ratio) => {
  expect(() => openTelemetryRatioSampler(ratio as number)).toThrow(
    'openTelemetryRatioSampler must be a number from 0 (none) to 1 (all)',
  );
});
