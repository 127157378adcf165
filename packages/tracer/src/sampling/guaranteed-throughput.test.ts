import { describe, expect, it } from 'vitest';

import { ManualClock } from '../fixtures/manual-clock.ts';
import { countSampled, deviations, keptBy, seededRoots } from '../fixtures/sampled-traces.ts';
import type { GuaranteedThroughputOptions } from './guaranteed-throughput.ts';
import { guaranteedThroughputSampler } from './guaranteed-throughput.ts';
import { request, samplerCases } from './sampler.conformance.ts';
import type { Sampler } from './sampler.ts';

describe.each([0, 0.5, 1])('guaranteedThroughputSampler of %d and one a second as a Sampler', (probability) => {
  const create = (): Sampler =>
    guaranteedThroughputSampler({ probability, minTracesPerSecond: 1, clock: new ManualClock() });
  for (const { name, run } of samplerCases(create, { repeats: false })) it(name, run);
});

/** Ids at the two ends of what thresholds compare. */
const [kept, rejected] = [
  { traceId2: 0xffffff, traceId3: -1 },
  { traceId2: 0, traceId3: 0 },
];

function guaranteed(probability: number, minTracesPerSecond: number): { sampler: Sampler; clock: ManualClock } {
  const clock = new ManualClock();
  return { sampler: guaranteedThroughputSampler({ probability, minTracesPerSecond, clock, random: () => 0 }), clock };
}

it('samples by probability first, with its threshold', () => {
  const { sampler } = guaranteed(0.25, 0);
  const { sampled, threshold, attributes } = sampler.sample(request(kept), undefined);
  expect(sampled).toBe(true);
  expect(keptBy(threshold!)).toBe(0.25);
  expect(attributes).toEqual(['sampler.type', 'probabilistic', 'sampler.param', 0.25]);
});

it('samples what the probability rejects up to the bound, without a threshold', () => {
  const { sampler, clock } = guaranteed(0.25, 1);
  expect(sampler.sample(request(rejected), undefined).sampled).toBe(false);
  clock.advance(1000);
  expect(sampler.sample(request(rejected), undefined)).toEqual({
    sampled: true,
    threshold: null,
    attributes: ['sampler.type', 'lowerbound', 'sampler.param', 0.25],
  });
  expect(sampler.sample(request(rejected), undefined).sampled).toBe(false);
});

it('counts what the probability samples towards the bound', () => {
  const { sampler, clock } = guaranteed(0.25, 1);
  clock.advance(1000);
  expect(sampler.sample(request(kept), undefined).sampled).toBe(true);
  expect(sampler.sample(request(rejected), undefined).sampled).toBe(false);
});

it('samples one every ten minutes of an operation that is rare and seldom kept', () => {
  const { sampler, clock } = guaranteed(0, 1 / 600);
  let sampled = 0;
  for (let minute = 0; minute < 605; minute++) {
    clock.advance(60_000);
    if (sampler.sample(request(), undefined).sampled) sampled += 1;
  }
  expect(sampled).toBe(60);
});

it('keeps the share of all traces beside it, within five standard deviations', () => {
  const trials = 100_000;
  expect(deviations(countSampled(guaranteed(0.1, 0).sampler, 9, trials), trials, 0.1)).toBeLessThan(5);
});

it('estimates traffic without a bias: the weights of those with a threshold sum up to all, within five sigma', () => {
  const { sampler, clock } = guaranteed(0.1, 50);
  const trials = 100_000;
  let withThreshold = 0;
  let bounded = 0;
  for (const root of seededRoots(10, trials)) {
    clock.advance(1);
    const { sampled, threshold } = sampler.sample(root, undefined);
    if (!sampled) continue;
    if (threshold === null) bounded += 1;
    else withThreshold += 1;
  }
  expect(deviations(withThreshold, trials, 0.1)).toBeLessThan(5);
  expect(bounded).toBeGreaterThan(0);
  // 100 s at 50 a second, most of which the share (100 a second) uses up.
  expect(bounded).toBeLessThan(5000);
});

it.each<[string, Partial<Record<keyof GuaranteedThroughputOptions, unknown>>]>([
  ['probability must be a number from 0 (none) to 1 (all); it was 1.1', { probability: 1.1 }],
  ['probability must be a number from 0 (none) to 1 (all); it was undefined', { probability: undefined }],
  ['minTracesPerSecond must be a number of traces per second, 0 (none) or more; it was -1', { minTracesPerSecond: -1 }],
])('refuses what is wrong: %s', (message, wrong) => {
  const options = { probability: 0.1, minTracesPerSecond: 1, ...wrong } as GuaranteedThroughputOptions;
  expect(() => guaranteedThroughputSampler(options)).toThrow(`guaranteedThroughputSampler: ${message}`);
});

it('refuses options that it does not know', () => {
  const options = { probability: 0.1, lowerBound: 1 } as never;
  expect(() => guaranteedThroughputSampler(options)).toThrow(
    'guaranteedThroughputSampler knows only the options probability, minTracesPerSecond, clock, random; it was "lowerBound"',
  );
  expect(() => guaranteedThroughputSampler(0.1 as never)).toThrow(
    'guaranteedThroughputSampler takes an object of options, such as {',
  );
});
