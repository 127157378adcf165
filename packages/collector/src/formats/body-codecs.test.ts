import { spanRecord, WireFormatError } from '@spanwise/wire';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import { describe, expect, it } from 'vitest';

import { bodyCodec, bodyCodecs, findBodyCodec } from './body-codecs.ts';
import { BodyFormat } from './body-format.ts';

const encoders = { otlpProtobuf: OtlpProtobufEncoder, otlpJson: OtlpJsonEncoder, zipkinV2Json: ZipkinJsonEncoder };

describe.each(Object.keys(bodyCodecs) as (keyof typeof bodyCodecs)[])('the codec %s', (key) => {
  const codec = bodyCodecs[key];

  it('is found by the number that journals have', () => {
    expect(bodyCodec(BodyFormat[key])).toBe(codec);
  });

  it('counts the spans that it decodes, and those that it rejects', () => {
    const encoder = new encoders[key]();
    for (const spanId1 of [1, 0, 2]) encoder.add(spanRecord({ traceId3: 1, spanId1, name: 'GET', startMicros: 1 }));
    const bytes = encoder.take();
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
  expect(BodyFormat).toEqual({ otlpProtobuf: 1, otlpJson: 2, zipkinV2Json: 3 });
});

it.each([0, 4])('there is no codec %i', (id) => {
  expect(findBodyCodec(id)).toBeUndefined();
  expect(() => bodyCodec(id)).toThrow(`unknown body format ${id}`);
});
