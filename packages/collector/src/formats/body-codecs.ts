import { decodeJaegerBinary, decodeJaegerCompact } from '@spanwise/wire/jaeger/decode';
import { decodeOtlpJson, decodeOtlpProtobuf, scanOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';

import { byDecoding } from './body-codec.ts';
import type { BodyCodec } from './body-codec.ts';
import { BodyFormat } from './body-format.ts';

/** Every form of bodies that is taken: to add one, give it a number and a way in. */
export const bodyCodecs = {
  otlpProtobuf: {
    id: BodyFormat.otlpProtobuf,
    name: 'otlp-protobuf',
    extension: 'otlp.binpb',
    checksFast: true,
    check: (bytes) => ({
      ...scanOtlpProtobuf(bytes),
      reasons: ['an id is missing, of wrong length or zero, or a time is out of range'],
    }),
    decode: (bytes) => decodeOtlpProtobuf(bytes).spans,
  },
  otlpJson: { id: BodyFormat.otlpJson, name: 'otlp-json', extension: 'otlp.json', ...byDecoding(decodeOtlpJson) },
  zipkinV2Json: {
    id: BodyFormat.zipkinV2Json,
    name: 'zipkin-json',
    extension: 'zipkin.json',
    ...byDecoding(decodeZipkinJson),
  },
  jaegerBinary: {
    id: BodyFormat.jaegerBinary,
    name: 'jaeger-binary',
    extension: 'jaeger-binary.thrift',
    ...byDecoding(decodeJaegerBinary),
  },
  jaegerCompact: {
    id: BodyFormat.jaegerCompact,
    name: 'jaeger-compact',
    extension: 'jaeger-compact.thrift',
    ...byDecoding(decodeJaegerCompact),
  },
} as const satisfies Readonly<Record<keyof typeof BodyFormat, BodyCodec>>;

/** The codec's label in metrics. */
export type BodyProtocol = (typeof bodyCodecs)[keyof typeof bodyCodecs]['name'];

const byId: ReadonlyMap<number, BodyCodec> = new Map(Object.values(bodyCodecs).map((codec) => [codec.id, codec]));

/** Undefined for a number that is no format's, as a newer version or a damaged file may have. */
export function findBodyCodec(id: number): BodyCodec | undefined {
  return byId.get(id);
}

/**
 * The codec that wrote `id` into the journal.
 *
 * @throws {RangeError} where `findBodyCodec` finds none.
 */
export function bodyCodec(id: number): BodyCodec {
  const codec = findBodyCodec(id);
  if (codec === undefined) throw new RangeError(`unknown body format ${id}; there are ${[...byId.keys()].join(', ')}`);
  return codec;
}
