import { scopeManagerCases, tracerCases } from '@spanwise/opentracing/conformance';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import { describe, expect, it } from 'vitest';

import { testTracer } from './fixtures/test-tracer.ts';

/** Cases that this tracer does not meet: it has no binary format, and W3C baggage keys keep their case in headers. */
const unmet: ReadonlySet<string> = new Set([
  'inject takes spans and contexts, and the carriers of each format',
  'extract does not throw at carriers without a context',
  'what is injected can be extracted',
  'an empty carrier holds no context',
  'damaged bytes hold no context',
  'baggage is carried; keys keep their case in text and bytes',
]);

describe('as an OpenTracing tracer', () => {
  for (const { name, run } of tracerCases(() => testTracer().tracer)) {
    if (!unmet.has(name)) it(name, run);
    else it(`does not: ${name}`, () => expect(run).toThrow(/binary/));
  }
});

describe('its scope manager', () => {
  for (const { name, run } of scopeManagerCases(() => new AsyncLocalStorageScopeManager())) it(name, run);
});
