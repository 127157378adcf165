import type { Span } from '@spanwise/opentracing';
import { apiCheck, scopeCheck, scopeManagerCases, tracerCases } from '@spanwise/opentracing/conformance';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import type { SpanRecord } from '@spanwise/wire';
import { parentIdHex, spanIdHex, traceIdHex } from '@spanwise/wire';
import { describe, expect, it } from 'vitest';

import { BasicTracer } from './basic/basic-tracer.ts';
import { testTracer } from './fixtures/test-tracer.ts';
import { basictracer } from './propagation/basictracer.ts';
import { jaeger } from './propagation/jaeger.ts';
import type { Propagator } from './propagation/propagator.ts';
import { w3cTraceContext } from './propagation/w3c.ts';
import { InMemoryRecorder } from './reporting/in-memory-recorder.ts';
import type { SpanwiseTracer } from './tracer.ts';

describe('as an OpenTracing tracer', () => {
  for (const { name, run } of tracerCases(() => testTracer().tracer, { headersKeepCase: true })) it(name, run);
});

/** Of basictracer's, which carry the lower half of a trace id. */
const needWholeTraceIds = [
  'what is injected can be extracted',
  'an extracted context is a parent',
  'header names are found in any case',
];

describe.each<[string, Propagator[], readonly string[]]>([
  ["Jaeger's headers", [jaeger], []],
  ["Jaeger's headers before W3C's", [jaeger, w3cTraceContext], []],
  ["basictracer's headers and bytes", [basictracer], needWholeTraceIds],
])('as an OpenTracing tracer with %s', (_, propagators, except) => {
  const cases = tracerCases(() => testTracer({ propagators }).tracer).filter(({ name }) => !except.includes(name));
  for (const { name, run } of cases) it(name, run);
});

function basicTracer(): { tracer: BasicTracer; recorder: InMemoryRecorder } {
  const recorder = new InMemoryRecorder();
  const tracer = new BasicTracer(recorder);
  tracer.registerRequiredPropagators();
  return { tracer, recorder };
}

describe.each([
  ['createTracer', () => testTracer()],
  ['BasicTracer', basicTracer],
])('by the API check: %s', (_, made) => {
  const recorders = new WeakMap<object, InMemoryRecorder>();

  function create(): SpanwiseTracer {
    const { tracer, recorder } = made();
    recorders.set(tracer, recorder);
    return tracer;
  }

  function recordsOf(span: Span, list: 'records' | 'unfinishedRecords'): SpanRecord[] {
    const records = recorders.get(span.tracer())?.[list] ?? [];
    return records.filter((record) => `${traceIdHex(record)} ${spanIdHex(record)}` === idsOf(span));
  }

  /** The spans that are asked about are still open. */
  function isParent(parent: Span | null, span: Span): boolean {
    (span.tracer() as SpanwiseTracer).reportUnfinished(span);
    const record = recordsOf(span, 'unfinishedRecords').at(-1) as SpanRecord;
    const parentId = parentIdHex(record);
    return parent === null ? parentId === '' : `${traceIdHex(record)} ${parentId}` === idsOf(parent);
  }

  function reportedEnds(span: Span): (number | undefined)[] {
    return recordsOf(span, 'records').map(({ durationNanos }) => durationNanos);
  }

  for (const { name, run } of apiCheck(create, { isParent, reportedEnds })) it(name, run);

  it('knows a parent', () => {
    const tracer = create();
    const [parent, other] = [tracer.startSpan('parent'), tracer.startSpan('other')];
    const child = tracer.startSpan('child', { childOf: parent });
    expect([parent, other, child, null].map((span) => isParent(span, child))).toEqual([true, false, false, false]);
    expect(isParent(null, parent)).toBe(true);
  });
});

describe('its scope manager', () => {
  for (const { name, run } of scopeManagerCases(() => new AsyncLocalStorageScopeManager())) it(name, run);
  for (const { name, run } of scopeCheck(() => testTracer().tracer.scopeManager)) it(name, run);
});

function idsOf(span: Span): string {
  return `${span.context().toTraceId()} ${span.context().toSpanId()}`;
}
