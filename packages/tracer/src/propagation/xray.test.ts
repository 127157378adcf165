import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';
import { describe, expect, it } from 'vitest';

import { createTracer } from '../create-tracer.ts';
import { InMemoryRecorder } from '../reporting/in-memory-recorder.ts';
import { writeProperty } from './carrier-writers.ts';
import { b3Multi } from './b3-multi.ts';
import { b3Single } from './b3-single.ts';
import { emptyTarget } from './extraction-target.ts';
import { propagatorCases, sample } from './propagator.conformance.ts';
import type { PropagatedContext } from './propagator.ts';
import { xray } from './xray.ts';

describe('xray as a Propagator', () => {
  const cases = propagatorCases(xray, { traceState: false, undecided: true, debug: false });
  for (const { name, run } of cases) it(name, run);
});

function inject(context: PropagatedContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  xray.inject(context, carrier, (_, name, value) => writeProperty(carrier, name, value));
  return carrier;
}

it('writes one header', () => {
  const header = 'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1';
  expect(inject(sample)).toEqual({ 'x-amzn-trace-id': header });
  expect(inject({ ...emptyTarget(), samplingKnown: true })).toEqual({ 'x-amzn-trace-id': 'Sampled=0' });
});

it.each([
  [undefined, 'absent'],
  ['Self=1-67891234-12456789abcdef012345678', 'absent'],
  ['Sampled=0', 'found'],
  ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=', 'malformed'],
])('finds %s %s', (header, result) => {
  const target = emptyTarget();
  expect(xray.extract([header], 0, target)).toBe(result);
  expect(target).toEqual(result === 'found' ? { ...emptyTarget(), samplingKnown: true } : emptyTarget());
});

describe('a root without a parent, as load balancers send it', () => {
  const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const traceId = '5759e988bd862e3fe1be46a994272793';

  it.each([
    [root, true],
    [`${root};Sampled=1`, true],
    [`${root};Sampled=0`, false],
  ])('%s: the first span here begins that trace', (header, sampled) => {
    const recorder = new InMemoryRecorder();
    const tracer = createTracer({ serviceName: 'shop', propagators: [xray], recorders: [recorder] });
    const context = tracer.extract(FORMAT_HTTP_HEADERS, { 'x-amzn-trace-id': header });
    expect(context).toMatchObject({ spanId0: 0, spanId1: 0 });
    expect([context!.toTraceId(), context!.toSpanId()]).toEqual([traceId, '']);

    const span = tracer.startSpan('GET /', { childOf: context! });
    const child = tracer.startSpan('read', { childOf: span });
    expect(span.context().toTraceId()).toBe(traceId);
    expect(child.context().toTraceId()).toBe(traceId);
    child.finish();
    span.finish();
    expect(recorder.records.map(({ name }) => name)).toEqual(sampled ? ['read', 'GET /'] : []);
    if (sampled) expect(recorder.records[1]).toMatchObject({ parentId0: 0, parentId1: 0, flags: 0x101 });
  });

  it.each([
    ['b3 in one header', b3Single],
    ['b3 in several', b3Multi],
  ])('is found again where %s comes before', (_, b3) => {
    const recorders = [new InMemoryRecorder()];
    const tracer = createTracer({ serviceName: 'shop', propagators: [b3, xray], recorders });
    const carrier = {};
    tracer.inject(
      tracer.extract(FORMAT_HTTP_HEADERS, { 'x-amzn-trace-id': `${root};Sampled=1` })!,
      FORMAT_HTTP_HEADERS,
      carrier,
    );
    expect(tracer.extract(FORMAT_HTTP_HEADERS, carrier)?.toTraceId()).toBe(traceId);
  });

  it('is sent on as it came while there is no span', () => {
    const tracer = createTracer({ serviceName: 'shop', propagators: [xray], recorders: [new InMemoryRecorder()] });
    const context = tracer.extract(FORMAT_HTTP_HEADERS, { 'X-Amzn-Trace-Id': root });
    const carrier = {};
    tracer.inject(context!, FORMAT_HTTP_HEADERS, carrier);
    expect(carrier).toEqual({ 'x-amzn-trace-id': root });
  });
});
