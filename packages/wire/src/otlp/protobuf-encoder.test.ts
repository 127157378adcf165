import * as fc from 'fast-check';
import type { Message } from 'protobufjs';
import { describe, expect, it } from 'vitest';

import { encoderConformance } from '../encoder.conformance.ts';
import { spans } from '../fixtures/arbitraries.ts';
import type { SpanRecord } from '../span-record.ts';
import { spanRecord } from '../span-record.ts';
import { requestType } from './fixtures/trace-proto.ts';
import { decodeOtlpProtobuf } from './protobuf-decoder.ts';
import { OtlpProtobufEncoder } from './protobuf-encoder.ts';

encoderConformance('OtlpProtobufEncoder', {
  create: () => new OtlpProtobufEncoder(),
  decode: (body) => decodeOtlpProtobuf(body).spans,
  envelope: 8,
});

function encoded(...records: readonly SpanRecord[]): Uint8Array {
  const encoder = new OtlpProtobufEncoder();
  for (const record of records) encoder.add(record);
  return encoder.take();
}

/** What protobufjs reads, with 64-bit integers as decimal strings and bytes as hex. */
function asProtobufjsReads(body: Uint8Array): any {
  const message: Message = requestType.decode(body);
  return requestType.toObject(message, { longs: String, defaults: true });
}

describe('OtlpProtobufEncoder', () => {
  it('loses nothing of a record', () => {
    fc.assert(
      fc.property(spans, (records) => {
        const decoded = decodeOtlpProtobuf(encoded(...records));
        expect(decoded.rejected).toBe(0);
        expect(decoded.spans).toEqual(records);
      }),
      { numRuns: 150 },
    );
  });

  it('writes what another implementation reads', () => {
    fc.assert(
      fc.property(spans, (records) => {
        const request = asProtobufjsReads(encoded(...records));
        const read = request.resourceSpans.flatMap((group: any) =>
          group.scopeSpans.flatMap((inner: any) =>
            inner.spans.map((span: any) => ({ span, scope: inner.scope, resource: group.resource })),
          ),
        );
        expect(read.length).toBe(records.length);
        for (const [index, record] of records.entries()) {
          const { span, scope, resource } = read[index];
          expect(span.name).toBe(record.name);
          expect(Buffer.from(span.traceId).readInt32BE(12)).toBe(record.traceId3);
          expect(BigInt(span.startTimeUnixNano)).toBe(BigInt(record.startMicros) * 1000n + BigInt(record.startNanos));
          expect(span.endTimeUnixNano === '0').toBe(record.durationNanos === undefined);
          if (record.durationNanos !== undefined) {
            expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBe(BigInt(record.durationNanos));
          }
          expect(span.attributes.length).toBeGreaterThanOrEqual(record.attributes.length / 2);
          expect(span.events.map((event: any) => event.name)).toEqual(record.events.map(({ name }) => name));
          expect(span.links.length).toBe(record.links.length);
          expect(scope.version).toBe(record.scope.version);
          expect(resource.attributes.length).toBe(
            record.resource.attributes.length / 2 + (record.resource.serviceName === '' ? 0 : 1),
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  it('shares one group among spans of one resource and scope, and opens another when they change', () => {
    const one = spanRecord({ traceId3: 1, spanId1: 1 });
    const scope = { ...one.scope, name: 'other' };
    const resource = { ...one.resource, serviceName: 'other' };
    const request = asProtobufjsReads(encoded(one, one, { ...one, scope }, { ...one, scope, resource }, one));
    expect(request.resourceSpans.map((group: any) => group.scopeSpans.map((inner: any) => inner.spans.length))).toEqual(
      [[2, 1], [1], [1]],
    );
  });

  it.each([
    [0, 0],
    [0, 999],
    [4_294_967, 295],
    [4_294_967, 296],
    [1_700_000_000_000_000, 1],
    [Number.MAX_SAFE_INTEGER, 999],
  ])('writes %i µs and %i ns exactly', (startMicros, startNanos) => {
    const record = spanRecord({ traceId3: 1, spanId1: 1, startMicros, startNanos });
    const request = asProtobufjsReads(encoded(record, record));
    for (const span of request.resourceSpans[0].scopeSpans[0].spans) {
      expect(span.startTimeUnixNano).toBe(String(BigInt(startMicros) * 1000n + BigInt(startNanos)));
    }
  });

  it('writes instants in any order exactly', () => {
    const times = fc.array(fc.tuple(fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(999)), { minLength: 2 });
    fc.assert(
      fc.property(times, (instants) => {
        const body = encoded(
          ...instants.map(([startMicros, startNanos]) =>
            spanRecord({ traceId3: 1, spanId1: 1, startMicros, startNanos }),
          ),
        );
        const read = asProtobufjsReads(body).resourceSpans[0].scopeSpans[0].spans;
        expect(read.map((span: any) => span.startTimeUnixNano)).toEqual(
          instants.map(([micros, nanos]) => String(BigInt(micros) * 1000n + BigInt(nanos))),
        );
      }),
    );
  });

  it('forgets keys when a program makes too many up, and goes on', () => {
    const encoder = new OtlpProtobufEncoder();
    const attributes = Array.from({ length: 3000 }, (_, index) => [`made-up-${index}`, index]).flat();
    encoder.add(spanRecord({ traceId3: 1, spanId1: 1, attributes }));
    expect(decodeOtlpProtobuf(encoder.take()).spans[0]!.attributes).toEqual(attributes);
  });
});
