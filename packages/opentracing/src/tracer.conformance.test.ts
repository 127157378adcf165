import { describe, expect, it } from 'vitest';

import { failingCases } from './harness/fixtures/failing-cases.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import apiCompatibilityChecks from './test/api_compatibility.ts';
import { apiCases, tracerCases } from './tracer.conformance.ts';
import { Tracer } from './tracer.ts';

describe('the no-op tracer', () => {
  for (const { name, run } of apiCases(() => new Tracer(), { baggage: false })) it(name, run);
});

describe('the mock tracer', () => {
  for (const { name, run } of tracerCases(() => new MockTracer())) it(name, run);
});

describe('the strict mock tracer', () => {
  for (const { name, run } of tracerCases(() => new MockTracer({ strict: true }), { strict: true })) it(name, run);
});

describe('the requirements on tracers', () => {
  it('are not met by the no-op, except for those of the API', async () => {
    const cases = tracerCases(() => new Tracer());
    const unmet = await failingCases(cases);
    const met = cases.map(({ name }) => name).filter((name) => !unmet.includes(name));
    // With one context for all, everything that is carried or kept seems right.
    const byAccident = [
      'a context stays the same after the finish',
      'a second finish does not throw',
      'what is injected can be extracted',
      'an extracted context is a parent',
      'header names are found in any case',
    ];
    const ofTheApi = apiCases(() => new Tracer(), { baggage: false }).map(({ name }) => name);
    expect(new Set(met)).toEqual(new Set([...ofTheApi, ...byAccident]));
  });

  it('hold a tracer to what it declares about the case of baggage keys in headers', async () => {
    expect(await failingCases(tracerCases(() => new MockTracer(), { headersKeepCase: true }))).toEqual([
      'baggage is carried; keys keep their case in text and bytes',
    ]);
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
