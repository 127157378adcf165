import type { MockTracer } from '@spanwise/opentracing/mock';

import { mockTracer } from './spans.ts';

/** Tracers that must not reach the application: one fails in each of its calls, the other in each call of its spans. */
export function brokenTracers(): [name: string, tracer: MockTracer][] {
  const span = new Proxy(mockTracer().startSpan('broken'), { get: () => fail });
  return [
    ['a tracer that fails', Object.assign(mockTracer(), { startSpan: fail, inject: fail, extract: fail })],
    ['a tracer whose spans fail', Object.assign(mockTracer(), { startSpan: () => span })],
  ];
}

function fail(): never {
  throw new Error('the tracer is broken');
}
