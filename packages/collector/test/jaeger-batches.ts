import type { SpanRecord } from '@spanwise/wire/span-record';
import { expect } from 'vitest';

import { jaegerSpan } from '../../wire/src/jaeger/fixtures/thrift-batch.ts';
import type { JaegerBatch } from '../../wire/src/jaeger/fixtures/thrift-batch.ts';

/** A batch with one span that has something in every field. */
export const wholeBatch: JaegerBatch = {
  process: { serviceName: 'shop', tags: [{ key: 'hostname', value: 'h' }] },
  spans: [
    jaegerSpan({
      parentSpanId: 9n,
      references: [
        { refType: 0, traceIdLow: 0x7_0000_0001n, traceIdHigh: 0n, spanId: 9n },
        { refType: 1, traceIdLow: 8n, traceIdHigh: 0n, spanId: 10n },
      ],
      flags: 3,
      tags: [
        { key: 'span.kind', value: 'server' },
        { key: 'error', value: true },
        { key: 'http.status_code', value: 503 },
        { key: 'ratio', value: 0.5 },
        { key: 'cached', value: false },
        { key: 'raw', value: new Uint8Array([1, 2]) },
        { key: 'peer.service', value: 'db' },
      ],
      logs: [
        {
          timestamp: 1_700_000_000_001_000n,
          fields: [
            { key: 'event', value: 'x' },
            { key: 'n', value: 7 },
          ],
        },
      ],
    }),
  ],
};

/** What that span must be once it was stored and read. */
export function expectWhole(spans: readonly SpanRecord[] | undefined): void {
  expect(spans).toHaveLength(1);
  expect(spans![0]).toMatchObject({
    traceId0: 0,
    traceId1: 0,
    traceId2: 7,
    traceId3: 1,
    spanId0: 0,
    spanId1: 1,
    parentId0: 0,
    parentId1: 9,
    name: 'GET /checkout',
    kind: 2,
    startMicros: 1_700_000_000_000_000,
    durationNanos: 5_000_000,
    attributes: [
      'http.status_code',
      503,
      'ratio',
      0.5,
      'cached',
      false,
      'raw',
      Uint8Array.of(1, 2),
      'peer.service',
      'db',
    ],
    events: [{ timeMicros: 1_700_000_000_001_000, name: 'x', attributes: ['n', 7] }],
    links: [{ traceId3: 8, spanId1: 10, attributes: ['opentracing.ref_type', 'follows_from'] }],
    status: 2,
    flags: 1,
    debug: true,
    remoteEndpoint: { serviceName: 'db' },
    resource: { serviceName: 'shop', attributes: ['hostname', 'h'] },
  });
}

/** A batch of so many spans with ids from 1 on. */
export function batchOf(count: number, text = ''): JaegerBatch {
  const spans = Array.from({ length: count }, (_, at) => jaegerSpan({ spanId: BigInt(at + 1), operationName: text }));
  return { process: { serviceName: 'shop' }, spans };
}
