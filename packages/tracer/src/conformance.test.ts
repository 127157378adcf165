import { scopeManagerCases, tracerCases } from '@spanwise/opentracing/conformance';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import { describe, it } from 'vitest';

import { testTracer } from './fixtures/test-tracer.ts';

describe('as an OpenTracing tracer', () => {
  for (const { name, run } of tracerCases(() => testTracer().tracer, { headersKeepCase: true })) it(name, run);
});

describe('its scope manager', () => {
  for (const { name, run } of scopeManagerCases(() => new AsyncLocalStorageScopeManager())) it(name, run);
});
