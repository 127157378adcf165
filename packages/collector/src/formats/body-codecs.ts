import { decodeOtlpJson, decodeOtlpProtobuf, scanOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';

import { byDecoding } from './body-codec.ts';
import type { BodyCodec } from './body-codec.ts';

/** Every form of bodies that is taken: to add one, add it here and give it a way in. */
export const bodyCodecs = {
  otlpProtobuf: {
    id: 1,
    name: 'otlp-protobuf',
    checksFast: true,
    check: (bytes) => ({
      ...scanOtlpProtobuf(bytes),
      reasons: ['an id is missing, of wrong length or zero, or a time is out of range'],
    }),
    decode: (bytes) => decodeOtlpProtobuf(bytes).spans,
  },
  otlpJson: { id: 2, name: 'otlp-json', ...byDecoding(decodeOtlpJson) },
  zipkinV2Json: { id: 3, name: 'zipkin-json', ...byDecoding(decodeZipkinJson) },
} as const satisfies Readonly<Record<string, BodyCodec>>;

/** The codec's label in metrics. */
export type BodyProtocol = (typeof bodyCodecs)[keyof typeof bodyCodecs]['name'];

const byId: ReadonlyMap<number, BodyCodec> = new Map(Object.values(bodyCodecs).map((codec) => [codec.id, codec]));

/**
 * The codec that wrote `id` into the journal.
 *
 * @throws {RangeError} for an id that is none, as a newer version or a damaged file may have.
 */
export function bodyCodec(id: number): BodyCodec {
  const codec = byId.get(id);
  if (codec === undefined) throw new RangeError(`unknown body format ${id}; there are ${[...byId.keys()].join(', ')}`);
  return codec;
}
