import { describe, expect, it } from 'vitest';

import { brokenTracers } from './harness/fixtures/broken-tracers.ts';
import { failingCases } from './harness/fixtures/failing-cases.ts';
import { ReadmeTracer } from './harness/fixtures/readme-tracer.ts';
import { recordedOfMock } from './harness/fixtures/recorded-of-mock.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import apiCompatibilityChecks from './test/api_compatibility.ts';
import { apiCases, tracerCases } from './tracer.conformance.ts';
import { Tracer } from './tracer.ts';

describe('the no-op tracer', () => {
  for (const { name, run } of apiCases(() => new Tracer(), { baggage: false })) it(name, run);
});

describe('the mock tracer', () => {
  for (const { name, run } of tracerCases(() => new MockTracer(), {}, { recorded: recordedOfMock })) it(name, run);
});

describe('a tracer that finds the parent as the README says', () => {
  const features = { baggage: false, propagation: false };
  for (const { name, run } of tracerCases(() => new ReadmeTracer(), features)) it(name, run);
});

describe('the strict mock tracer', () => {
  const create = (): MockTracer => new MockTracer({ strict: true });
  const options = { recorded: recordedOfMock };
  for (const { name, run } of tracerCases(create, { strict: true }, options)) it(name, run);
});

describe('the requirements on tracers', () => {
  it('are not met by the no-op, except for those of the API', async () => {
    const cases = tracerCases(() => new Tracer()).filter(({ skipped }) => skipped === undefined);
    const unmet = await failingCases(cases);
    const met = cases.map(({ name }) => name).filter((name) => !unmet.includes(name));
    // With one context for all, everything that is carried or kept seems right.
    const byAccident = [
      'a context stays the same after the finish',
      'a second finish does not throw',
      'what is injected can be extracted',
      'an extracted context is a parent',
      'header names are found in any case',
      'what is left of a carrier holds the whole context, or none',
    ];
    const ofTheApi = apiCases(() => new Tracer(), { baggage: false }).map(({ name }) => name);
    expect(new Set(met)).toEqual(new Set([...ofTheApi, ...byAccident]));
  });

  it('hold a tracer to what it declares about the case of baggage keys in headers', async () => {
    expect(await failingCases(tracerCases(() => new MockTracer(), { headersKeepCase: true }))).toEqual([
      'baggage is carried; keys keep their case in text and bytes',
    ]);
  });

  it.each(brokenTracers)('are not met where $fault', async ({ breaks, seenBy }) => {
    const create = (): MockTracer => {
      const tracer = new MockTracer();
      breaks(tracer);
      return tracer;
    };
    expect(await failingCases(tracerCases(create, {}, { recorded: recordedOfMock }))).toEqual(seenBy);
  });

  it('say which cases are not asked without a way to read what was recorded', () => {
    const skipped = tracerCases(() => new MockTracer()).filter((one) => one.skipped !== undefined);
    expect(skipped.length).toBeGreaterThan(5);
    for (const { name } of skipped) expect(name).toMatch(/ \(not asked: there is no recorded\)$/);
  });

  it('can be declared the way npm opentracing has it', async () => {
    const declared: string[] = [];
    const bodies: (() => void | Promise<void>)[] = [];
    const globals = globalThis as unknown as Record<string, unknown>;
    globals['describe'] = (name: string, body: () => void) => {
      declared.push(name);
      body();
    };
    globals['it'] = (name: string, run: () => void) => {
      declared.push(name);
      bodies.push(run);
    };
    try {
      apiCompatibilityChecks(() => new MockTracer(), { skipInjectExtractChecks: true, skipBaggageChecks: true });
      apiCompatibilityChecks();
    } finally {
      delete globals['describe'];
      delete globals['it'];
    }
    expect(declared.filter((name) => name === 'OpenTracing API Compatibility')).toHaveLength(2);
    expect(declared).toHaveLength(2 + 5 + 8);
    for (const body of bodies.slice(0, 5)) await body();
    expect(bodies.at(-1)).toThrow(/some-value/);
  });
});
