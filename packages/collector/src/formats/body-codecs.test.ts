import { spanRecord, WireFormatError } from '@spanwise/wire';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import { describe, expect, it } from 'vitest';

import { jaegerSpan, thriftBatch } from '../../../wire/src/jaeger/fixtures/thrift-batch.ts';
import { bodyCodec, bodyCodecs, findBodyCodec } from './body-codecs.ts';
import { BodyFormat } from './body-format.ts';

/** A body of trace 1 with these span ids, 0 included. */
const bodies: Readonly<Record<keyof typeof bodyCodecs, (ids: readonly number[]) => Uint8Array>> = {
  otlpProtobuf: (ids) => encoded(new OtlpProtobufEncoder(), ids),
  otlpJson: (ids) => encoded(new OtlpJsonEncoder(), ids),
  zipkinV2Json: (ids) => encoded(new ZipkinJsonEncoder(), ids),
  jaegerBinary: (ids) => jaegerBody('binary', ids),
  jaegerCompact: (ids) => jaegerBody('compact', ids),
};

function encoded(
  encoder: OtlpProtobufEncoder | OtlpJsonEncoder | ZipkinJsonEncoder,
  ids: readonly number[],
): Uint8Array {
  for (const spanId1 of ids) encoder.add(spanRecord({ traceId3: 1, spanId1, name: 'GET', startMicros: 1 }));
  return encoder.take();
}

function jaegerBody(protocol: 'binary' | 'compact', ids: readonly number[]): Uint8Array {
  return thriftBatch(
    { process: { serviceName: 'shop' }, spans: ids.map((id) => jaegerSpan({ spanId: BigInt(id) })) },
    protocol,
  );
}

describe.each(Object.keys(bodyCodecs) as (keyof typeof bodyCodecs)[])('the codec %s', (key) => {
  const codec = bodyCodecs[key];

  it('is found by the number that journals have', () => {
    expect(bodyCodec(BodyFormat[key])).toBe(codec);
  });

  it('counts the spans that it decodes, and those that it rejects', () => {
    const bytes = bodies[key]([1, 0, 2]);
    expect(codec.check(bytes)).toMatchObject({ spanCount: 2, rejected: 1, reasons: [expect.any(String)] });
    expect(codec.decode(bytes).map(({ spanId1 }) => spanId1)).toEqual([1, 2]);
  });

  it('refuses what is none of its own', () => {
    const bytes = Buffer.from('{"resourceSpans": [');
    expect(() => codec.check(bytes)).toThrow(WireFormatError);
    expect(() => codec.decode(bytes)).toThrow(WireFormatError);
  });
});

it('has the numbers that journals in use have', () => {
  expect(BodyFormat).toEqual({ otlpProtobuf: 1, otlpJson: 2, zipkinV2Json: 3, jaegerBinary: 4, jaegerCompact: 5 });
});

it.each([0, 6])('there is no codec %i', (id) => {
  expect(findBodyCodec(id)).toBeUndefined();
  expect(() => bodyCodec(id)).toThrow(`unknown body format ${id}`);
});
