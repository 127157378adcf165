import { describe, expect, it } from 'vitest';

import { testTracer } from '../fixtures/test-tracer.ts';
import { constantSampler } from './constant.ts';
import { parentBased } from './parent-based.ts';
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

it('says on sampled roots what it is, as jaeger-client does; the default of a tracer says nothing', () => {
  const sampled = constantSampler(true).sample(request(), undefined);
  expect(sampled.attributes).toEqual(['sampler.type', 'const', 'sampler.param', true]);
  expect(constantSampler(false).sample(request(), undefined).attributes).toEqual([]);
  for (const [sampler, attributes] of [
    [undefined, []],
    [parentBased(constantSampler(true)), ['sampler.type', 'const', 'sampler.param', true]],
  ] as const) {
    const { tracer, recorder } = testTracer(sampler && { sampler });
    const root = tracer.startSpan('root');
    tracer.startSpan('child', { childOf: root }).finish();
    root.finish();
    expect(recorder.records.map((record) => record.attributes)).toEqual([[], attributes]);
  }
});

it('refuses a rate', () => {
  expect(() => constantSampler(1 as never)).toThrow(
    'constantSampler must be true or false (probabilitySampler takes a rate); it was 1',
  );
});
