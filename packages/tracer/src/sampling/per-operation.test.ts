import { describe, expect, it } from 'vitest';

import { ManualClock } from '../fixtures/manual-clock.ts';
import { deviations, keptBy, seededRoots } from '../fixtures/sampled-traces.ts';
import type { PerOperationOptions } from './per-operation.ts';
import { perOperationSampler } from './per-operation.ts';
import { request, samplerCases } from './sampler.conformance.ts';
import type { Sampler, SamplingDecision } from './sampler.ts';

function perOperation(parts: Partial<PerOperationOptions> = {}): { sampler: Sampler; clock: ManualClock } {
  const clock = new ManualClock();
  const sampler = perOperationSampler({ operations: {}, otherProbability: 0, clock, random: () => 0, ...parts });
  return { sampler, clock };
}

describe('perOperationSampler as a Sampler', () => {
  const create = (): Sampler =>
    perOperation({ operations: { get: 0.5 }, otherProbability: 0.1, minTracesPerSecond: 1 }).sampler;
  for (const { name, run } of samplerCases(create, { repeats: false })) it(name, run);
});

const rejected = { traceId2: 0, traceId3: 0 };

function decide(sampler: Sampler, name: string): SamplingDecision {
  return sampler.sample(request({ name, ...rejected }), undefined);
}

it('keeps the share of each operation, and of all others theirs, within five standard deviations', () => {
  const shares = { checkout: 0.5, browse: 0.02 };
  const { sampler } = perOperation({ operations: shares, otherProbability: 0.1 });
  for (const [name, share] of Object.entries({ ...shares, search: 0.1 })) {
    let count = 0;
    for (const root of seededRoots(11, 50_000)) if (sampler.sample({ ...root, name }, undefined).sampled) count += 1;
    expect(deviations(count, 50_000, share)).toBeLessThan(5);
  }
});

it('writes the threshold of the operation', () => {
  const { sampler } = perOperation({ operations: { checkout: 0.5 }, otherProbability: 0.25 });
  const highest = { traceId2: 0xffffff, traceId3: -1 };
  expect(keptBy(sampler.sample(request({ name: 'checkout', ...highest }), undefined).threshold!)).toBe(0.5);
  expect(keptBy(sampler.sample(request({ name: 'other', ...highest }), undefined).threshold!)).toBe(0.25);
});

it('gives every operation a lower bound of its own, named or not', () => {
  const { sampler, clock } = perOperation({ operations: { checkout: 0 }, minTracesPerSecond: 1 });
  for (const name of ['checkout', 'search']) expect(decide(sampler, name).sampled).toBe(false);
  clock.advance(1000);
  for (const name of ['checkout', 'search']) {
    expect(decide(sampler, name).attributes).toEqual(['sampler.type', 'lowerbound', 'sampler.param', 0]);
    expect(decide(sampler, name).sampled).toBe(false);
  }
});

it('gives names beyond the limit the share of the others without a bound, so that memory is bounded', () => {
  const { sampler, clock } = perOperation({
    operations: { checkout: 0 },
    otherProbability: 0.25,
    minTracesPerSecond: 1,
    maxOperations: 2,
  });
  for (const name of ['first', 'second', 'third']) decide(sampler, name);
  clock.advance(1000);
  expect(decide(sampler, 'checkout').sampled).toBe(true);
  expect(decide(sampler, 'first').sampled).toBe(true);
  expect(decide(sampler, 'second').sampled).toBe(false);
  const { sampled, threshold } = sampler.sample(
    request({ name: 'third', traceId2: 0xffffff, traceId3: -1 }),
    undefined,
  );
  expect([sampled, keptBy(threshold!)]).toEqual([true, 0.25]);
});

it('takes names of any kind', () => {
  const { sampler } = perOperation({ otherProbability: 1 });
  for (const name of ['', '__proto__', 'constructor']) expect(decide(sampler, name).sampled).toBe(true);
});

it('accepts as many operations as there may be, and refuses one more', () => {
  expect(() => perOperation({ operations: { a: 1, b: 1 }, maxOperations: 2 })).not.toThrow();
  expect(() => perOperation({ operations: { a: 1, b: 1 }, maxOperations: 1 })).toThrow(
    'perOperationSampler: operations must not be more than maxOperations (1); it was 2',
  );
});

it.each<[string, Partial<Record<keyof PerOperationOptions, unknown>>]>([
  ['operations["GET /"] must be a number from 0 (none) to 1 (all); it was 2', { operations: { 'GET /': 2 } }],
  [
    "operations must be an object, such as { 'GET /': 0.1 } (of a Map: Object.fromEntries(map)); it was undefined",
    { operations: undefined },
  ],
  [
    "operations must be an object, such as { 'GET /': 0.1 } (of a Map: Object.fromEntries(map)); it was an instance of Map",
    { operations: new Map([['GET /', 1]]) },
  ],
  [
    "operations must be an object, such as { 'GET /': 0.1 } (of a Map: Object.fromEntries(map)); it was an array of 1",
    { operations: [1] },
  ],
  ['otherProbability must be a number from 0 (none) to 1 (all); it was -1', { otherProbability: -1 }],
  ['minTracesPerSecond must be a number of traces per second, 0 (none) or more; it was -1', { minTracesPerSecond: -1 }],
  ['maxOperations must be a whole number of at least 0 (leave it out for 2000); it was -1', { maxOperations: -1 }],
])('refuses what is wrong: %s', (message, wrong) => {
  expect(() => perOperation(wrong as never)).toThrow(`perOperationSampler: ${message}`);
});

it('refuses options that it does not know', () => {
  expect(() => perOperation({ default: 1 } as never)).toThrow('perOperationSampler knows only the options operations,');
});
