import type { DecodedSpans } from '../decoded-spans.ts';

/**
 * Reads an OTLP `ExportTraceServiceRequest` in JSON: ids as hex, 64-bit integers as strings or numbers, enums as
 * numbers or names, keys in lowerCamelCase or the proto's snake_case, unknown fields ignored.
 *
 * @throws {WireFormatError} when the bytes are no JSON, a field has another type than OTLP's, or ids are base64 (as
 *   generic protobuf-to-JSON converters write them; OTLP wants hex).
 */
export function decodeOtlpJson(_bytes: Uint8Array): DecodedSpans {
  throw new Error('not written yet');
}
