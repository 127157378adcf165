import { decodeOtlpJson, decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';

import { BodyFormat } from '../../span-store.ts';

/** @throws when the body does not decode. */
export function decodeBody(format: BodyFormat, bytes: Uint8Array): readonly SpanRecord[] {
  switch (format) {
    case BodyFormat.otlpProtobuf:
      return decodeOtlpProtobuf(bytes).spans;
    case BodyFormat.otlpJson:
      return decodeOtlpJson(bytes).spans;
    case BodyFormat.zipkinV2Json:
      return decodeZipkinJson(bytes).spans;
    default:
      throw new Error(`unknown body format ${String(format)}`);
  }
}
