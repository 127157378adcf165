import type { KeyValues, Span } from '@spanwise/opentracing';
import type { RecordedSpan } from '@spanwise/opentracing/conformance';
import { apiCheck, scopeCheck, scopeManagerCases, tracerCases } from '@spanwise/opentracing/conformance';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';
import type { Attributes, SpanRecord } from '@spanwise/wire';
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

const recorders = new WeakMap<object, InMemoryRecorder>();

function create(make: () => { tracer: SpanwiseTracer; recorder: InMemoryRecorder } = testTracer): SpanwiseTracer {
  const { tracer, recorder } = make();
  recorders.set(tracer, recorder);
  return tracer;
}

function recordsOf(span: Span, list: 'records' | 'unfinishedRecords'): SpanRecord[] {
  const records = recorders.get(span.tracer())?.[list] ?? [];
  return records.filter((record) => `${traceIdHex(record)} ${spanIdHex(record)}` === idsOf(span));
}

function recorded(span: Span): RecordedSpan {
  const [record] = recordsOf(span, 'records') as [SpanRecord];
  const startTime = millisOf(record.startMicros, record.startNanos);
  return {
    name: record.name,
    tags: fieldsOf(record.attributes),
    logs: record.events.map((event) => ({
      timestamp: millisOf(event.timeMicros, event.timeNanos),
      fields: { event: event.name, ...fieldsOf(event.attributes) },
    })),
    startTime,
    finishTime: startTime + (record.durationNanos ?? Number.NaN) / 1e6,
  };
}

describe('as an OpenTracing tracer', () => {
  for (const { name, run } of tracerCases(() => create(), { headersKeepCase: true }, { recorded })) it(name, run);
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
  ['createTracer', testTracer],
  ['BasicTracer', basicTracer],
])('by the API check: %s', (_, make) => {
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

  for (const { name, run } of apiCheck(() => create(make), { isParent, reportedEnds, recorded })) it(name, run);

  it('knows a parent', () => {
    const tracer = create(make);
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

function millisOf(micros: number, nanos: number): number {
  return micros / 1e3 + nanos / 1e6;
}

/** Keys and values in turn. */
function fieldsOf(attributes: Attributes): KeyValues {
  const fields: KeyValues = {};
  for (let index = 0; index < attributes.length; index += 2)
    fields[attributes[index] as string] = attributes[index + 1];
  return fields;
}

function idsOf(span: Span): string {
  return `${span.context().toTraceId()} ${span.context().toSpanId()}`;
}
