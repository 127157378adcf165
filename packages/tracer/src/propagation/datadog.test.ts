import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';
import { describe, expect, it } from 'vitest';

import { createTracer } from '../create-tracer.ts';
import { InMemoryRecorder } from '../reporting/in-memory-recorder.ts';
import { writeProperty } from './carrier-writers.ts';
import { datadog } from './datadog.ts';
import { emptyTarget } from './extraction-target.ts';
import { propagatorCases, sample } from './propagator.conformance.ts';
import type { PropagatedContext } from './propagator.ts';
import { w3cTraceContext } from './w3c.ts';

describe('datadog as a Propagator', () => {
  const cases = propagatorCases(datadog, {
    traceState: ({ debug }) => (debug ? 'dd=s:2' : ''),
    undecided: true,
    debug: false,
    traceId: 'in two headers',
  });
  for (const { name, run } of cases) it(name, run);
});

function inject(context: PropagatedContext, propagator = datadog): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, (_, name, value) => writeProperty(carrier, name, value));
  return carrier;
}

const ids = {
  'x-datadog-trace-id': '9532127138774266268',
  'x-datadog-parent-id': '13235353014750950193',
  'x-datadog-tags': '_dd.p.tid=0af7651916cd43dd',
};

it('writes what there is', () => {
  expect(inject(sample)).toEqual({ ...ids, 'x-datadog-sampling-priority': '1' });
  expect(inject({ ...sample, samplingKnown: false, flags: 0, traceState: 'dd=s:2;o:rum;t.dm:-3,a=1' })).toEqual({
    ...ids,
    'x-datadog-origin': 'rum',
    'x-datadog-tags': '_dd.p.tid=0af7651916cd43dd,_dd.p.dm=-3',
  });
  expect(inject({ ...sample, traceId0: 0, traceId1: 0 })).not.toHaveProperty('x-datadog-tags');
  expect(inject({ ...sample, traceId2: 0, traceId3: 0 })).toEqual({});
});

it("hands on over W3C what Datadog's tracers put there themselves", () => {
  const target = emptyTarget();
  expect(datadog.extract(['1', '2', '2', 'rum', '_dd.p.dm=-4'], 0, target)).toBe('found');
  expect(inject(target, w3cTraceContext)).toMatchObject({ tracestate: 'dd=s:2;o:rum;t.dm:-4' });
});

it.each<[(string | undefined)[], string]>([
  [[undefined, undefined, undefined, undefined, undefined], 'absent'],
  [[undefined, undefined, undefined, 'rum', undefined], 'malformed'],
  [[undefined, undefined, '1', undefined, undefined], 'malformed'],
  [['0', '1', '1', 'synthetics', undefined], 'malformed'],
  [['1', '2', 'x', undefined, undefined], 'malformed'],
  [['1', '2', undefined, undefined, undefined], 'found'],
])('finds %j %s', (values, result) => {
  const target = emptyTarget();
  expect(datadog.extract(values, 0, target)).toBe(result);
  if (result !== 'found') expect(target).toEqual(emptyTarget());
});

it("begins the trace of Datadog's synthetic tests, whose parent id is 0", () => {
  const recorder = new InMemoryRecorder();
  const tracer = createTracer({ serviceName: 'shop', propagators: [datadog], recorders: [recorder] });
  const context = tracer.extract(FORMAT_HTTP_HEADERS, {
    'x-datadog-trace-id': '1234567890',
    'x-datadog-parent-id': '0',
    'x-datadog-sampling-priority': '1',
    'x-datadog-origin': 'synthetics',
  });
  const span = tracer.startSpan('GET /', { childOf: context! });
  span.finish();
  const [record] = recorder.records;
  expect(span.context().toTraceId()).toBe(1234567890n.toString(16).padStart(32, '0'));
  expect(record).toMatchObject({ parentId0: 0, parentId1: 0, traceState: 'dd=o:synthetics' });
});
