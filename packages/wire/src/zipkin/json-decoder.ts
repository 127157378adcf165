import type { DecodedSpans } from '../decoded-spans.ts';

/**
 * Reads a Zipkin v2 list of spans in JSON. An empty body and `[]` hold no spans. Names are kept as they came.
 *
 * @throws {WireFormatError} when the bytes are no JSON list, hold a v1 span, or a field has another type than Zipkin's.
 */
export function decodeZipkinJson(_bytes: Uint8Array): DecodedSpans {
  throw new Error('not written yet');
}
