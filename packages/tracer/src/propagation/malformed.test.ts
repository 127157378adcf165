import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from '@spanwise/opentracing';
import { expect, it } from 'vitest';

import { testTracer } from '../fixtures/test-tracer.ts';
import { b3Multi } from './b3-multi.ts';
import { b3Single } from './b3-single.ts';
import { basictracer } from './basictracer.ts';
import { datadog } from './datadog.ts';
import { jaeger } from './jaeger.ts';
import type { Propagator } from './propagator.ts';
import { w3cBaggage } from './w3c-baggage.ts';
import { w3cTraceContext } from './w3c.ts';
import { xray } from './xray.ts';

/** For each format what is wrong in one way; the parsers' own tests in packages/wire have every way. */
const tables: [Propagator, Record<string, string>[]][] = [
  [w3cTraceContext, [{ traceparent: '' }, { traceparent: 'ff-1-2-01' }, { traceparent: '\0' }]],
  [b3Single, [{ b3: '' }, { b3: '1-2' }, { b3: 'ÿ'.repeat(68) }]],
  [b3Multi, [{ 'X-B3-TraceId': '1' }, { 'X-B3-TraceId': 'x', 'X-B3-SpanId': '1' }, { 'X-B3-Sampled': 'maybe' }]],
  [w3cBaggage, [{ baggage: '=' }, { baggage: 'a b=1' }, { baggage: `a=${'x'.repeat(10_000)}` }]],
  [
    jaeger,
    [
      { 'uber-trace-id': '' },
      { 'uber-trace-id': '0:0:0:1' },
      { 'uber-trace-id': '1:2:3' },
      { 'uber-trace-id': '%' },
      { 'uber-trace-id': '1'.repeat(1_000_000) },
      { 'jaeger-debug-id': '\u0007' },
      { 'jaeger-baggage': 'nonsense' },
      { 'uberctx-a': 'x'.repeat(10_000) },
    ],
  ],
  [
    basictracer,
    [
      { 'ot-tracer-traceid': '1' },
      { 'ot-tracer-spanid': '1', 'ot-tracer-sampled': 'true' },
      { 'ot-tracer-traceid': '0', 'ot-tracer-spanid': '1', 'ot-tracer-sampled': 'true' },
      { 'ot-tracer-traceid': '1', 'ot-tracer-spanid': '1', 'ot-tracer-sampled': 'no' },
      { 'ot-baggage-a': 'x'.repeat(10_000) },
    ],
  ],
  [
    datadog,
    [
      { 'x-datadog-trace-id': '1' },
      { 'x-datadog-origin': 'rum' },
      { 'x-datadog-trace-id': '-1', 'x-datadog-parent-id': '1' },
      { 'x-datadog-trace-id': '1', 'x-datadog-parent-id': '1', 'x-datadog-sampling-priority': 'x' },
      { 'x-datadog-trace-id': '9'.repeat(20), 'x-datadog-parent-id': '1' },
    ],
  ],
  [
    xray,
    [{ 'x-amzn-trace-id': '' }, { 'x-amzn-trace-id': 'Root=1' }, { 'x-amzn-trace-id': `Self=${'x'.repeat(5000)}` }],
  ],
];

it.each(tables.map(([propagator, carriers]) => [propagator.name, propagator, carriers] as const))(
  '%s: what is malformed gives no context, throws nothing and is counted',
  (_, propagator, carriers) => {
    const { tracer } = testTracer({ propagators: [propagator] });
    let count = 0;
    for (const carrier of carriers) {
      for (const format of [FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP]) {
        for (const given of [carrier, new Map(Object.entries(carrier)), Object.entries(carrier)]) {
          expect(tracer.extract(format, given)).toBeNull();
          expect(tracer.stats()).toMatchObject({ malformedHeaders: ++count, carrierErrors: 0 });
        }
      }
    }
  },
);

it.each([
  ['a length alone', [0, 0, 0, 1]],
  ['an empty message', [0, 0, 0, 0]],
  ['a message that is cut', [0, 0, 0, 9, 9, 1, 2, 3]],
  ['nobody’s bytes', [255, 255]],
  ['more bytes than any context has', Array.from({ length: 40_000 }, () => 0)],
])("basictracer's bytes: %s give no context, throw nothing and are counted", (_, bytes) => {
  const { tracer } = testTracer({ propagators: [basictracer] });
  expect(tracer.extract(FORMAT_BINARY, { buffer: Uint8Array.from(bytes) })).toBeNull();
  expect(tracer.stats()).toMatchObject({ malformedBytes: 1, carrierErrors: 0 });
});
