import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encoderConformance } from '../encoder.conformance.ts';
import { spans } from '../fixtures/arbitraries.ts';
import { spanRecord } from '../span-record.ts';
import { decodeOtlpJson } from './json-decoder.ts';
import { OtlpJsonEncoder } from './json-encoder.ts';

encoderConformance('OtlpJsonEncoder', {
  create: () => new OtlpJsonEncoder(),
  decode: (body) => decodeOtlpJson(body).spans,
  envelope: 20,
});

describe('OtlpJsonEncoder', () => {
  it('loses nothing of a record', () => {
    fc.assert(
      fc.property(spans, (records) => {
        const encoder = new OtlpJsonEncoder();
        for (const record of records) encoder.add(record);
        const decoded = decodeOtlpJson(encoder.take());
        expect(decoded.rejected).toBe(0);
        expect(decoded.spans).toEqual(records);
      }),
      { numRuns: 150 },
    );
  });

  it('writes ids as hex, 64-bit integers as strings, enums as numbers', () => {
    const encoder = new OtlpJsonEncoder();
    encoder.add(
      spanRecord({
        traceId0: 0x0af76519,
        traceId3: -1,
        spanId1: 0xb7,
        parentId1: 0xa0,
        name: 'checkout',
        kind: 2,
        startMicros: 1_544_712_660_000_000,
        startNanos: 7,
        durationNanos: 1_000_000_000,
        attributes: ['count', 3, 'ratio', 0.5, 'big', 2n ** 62n, 'gone', Number.NaN],
        status: 2,
        flags: 0x101,
        resource: { serviceName: 'shop', attributes: ['host.name', 'h'], droppedAttributesCount: 0, schemaUrl: 'u' },
      }),
    );
    expect(JSON.parse(Buffer.from(encoder.take()).toString())).toEqual({
      resourceSpans: [
        {
          resource: {
            attributes: [
              { key: 'service.name', value: { stringValue: 'shop' } },
              { key: 'host.name', value: { stringValue: 'h' } },
            ],
          },
          schemaUrl: 'u',
          scopeSpans: [
            {
              scope: { name: '' },
              spans: [
                {
                  traceId: '0af765190000000000000000ffffffff',
                  spanId: '00000000000000b7',
                  parentSpanId: '00000000000000a0',
                  name: 'checkout',
                  kind: 2,
                  startTimeUnixNano: '1544712660000000007',
                  endTimeUnixNano: '1544712661000000007',
                  attributes: [
                    { key: 'count', value: { intValue: '3' } },
                    { key: 'ratio', value: { doubleValue: 0.5 } },
                    { key: 'big', value: { intValue: '4611686018427387904' } },
                    { key: 'gone', value: { doubleValue: 'NaN' } },
                  ],
                  status: { code: 2 },
                  flags: 257,
                },
              ],
            },
          ],
        },
      ],
    });
  });
});
