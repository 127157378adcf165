import { describe, expect, it } from 'vitest';

import { ManualClock } from '../fixtures/manual-clock.ts';
import { rateLimitingSampler } from './rate-limiting.ts';
import { parentWith, request, samplerCases } from './sampler.conformance.ts';
import type { Sampler } from './sampler.ts';

describe.each([0, 0.1, 10])('rateLimitingSampler(%d) as a Sampler', (rate) => {
  const create = (): Sampler => rateLimitingSampler(rate, { clock: new ManualClock() });
  for (const { name, run } of samplerCases(create, { repeats: false })) it(name, run);
});

/** A bucket that is full at the start, but for what is less than any trace. */
function limited(rate: number, random = 0.999_999_999_999): { sampler: Sampler; clock: ManualClock } {
  const clock = new ManualClock();
  return { sampler: rateLimitingSampler(rate, { clock, random: () => random }), clock };
}

function sampledOf(sampler: Sampler, count: number): number {
  let sampled = 0;
  for (let asked = 0; asked < count; asked++) if (sampler.sample(request(), undefined).sampled) sampled += 1;
  return sampled;
}

it('samples the first traces of a burst, and no more than the credit of a second', () => {
  const { sampler, clock } = limited(10);
  clock.advance(1);
  expect(sampledOf(sampler, 1000)).toBe(10);
  clock.advance(3_600_000);
  expect(sampledOf(sampler, 1000)).toBe(10);
});

it('samples at its rate in the long run', () => {
  const { sampler, clock } = limited(10, 0);
  let sampled = 0;
  for (let tick = 0; tick < 10_000; tick++) {
    clock.advance(10);
    sampled += sampledOf(sampler, 3);
  }
  expect(sampled).toBeGreaterThanOrEqual(999);
  expect(sampled).toBeLessThanOrEqual(1000);
});

it('takes rates below one a second: a trace every ten seconds', () => {
  const { sampler, clock } = limited(0.1, 0);
  clock.advance(9_999);
  expect(sampledOf(sampler, 10)).toBe(0);
  clock.advance(2);
  expect(sampledOf(sampler, 10)).toBe(1);
  clock.advance(9_900);
  expect(sampledOf(sampler, 10)).toBe(0);
});

it('begins with a random part of its credit, so that processes which start together do not sample together', () => {
  expect(sampledOf(limited(100, 0).sampler, 1000)).toBe(0);
  expect(sampledOf(limited(100, 0.25).sampler, 1000)).toBe(25);
});

it('samples nothing at 0, however full it is', () => {
  const { sampler, clock } = limited(0);
  clock.advance(1e9);
  expect(sampledOf(sampler, 10)).toBe(0);
});

it('gives nothing for a clock that goes back, and takes nothing', () => {
  let now = 1000;
  const clock = { monotonicMillis: () => now, wallMillis: () => 0 };
  const sampler = rateLimitingSampler(10, { clock, random: () => 0.5 });
  now = 0;
  expect(sampledOf(sampler, 100)).toBe(5);
  now = 100;
  expect(sampledOf(sampler, 100)).toBe(1);
});

it('removes the threshold, because nobody knows the weight, and says how it decided', () => {
  const { sampler, clock } = limited(1);
  clock.advance(1000);
  expect(sampler.sample(request(), parentWith(1))).toEqual({
    sampled: true,
    threshold: null,
    attributes: ['sampler.type', 'ratelimiting', 'sampler.param', 1],
  });
  expect(sampler.sample(request(), undefined)).toEqual({ sampled: false, threshold: null, attributes: [] });
});

it.each([0, Number.MIN_VALUE, Number.MAX_VALUE])('accepts %d', (rate) => {
  expect(() => rateLimitingSampler(rate)).not.toThrow();
});

it.each([-Number.MIN_VALUE, Number.POSITIVE_INFINITY, Number.NaN, '10'])('refuses %s', (rate) => {
  expect(() => rateLimitingSampler(rate as number)).toThrow(
    'rateLimitingSampler must be a number of traces per second, 0 (none) or more; it was',
  );
});
