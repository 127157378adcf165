import type { DecodedSpans } from '../decoded-spans.ts';

/**
 * Reads an OTLP `ExportTraceServiceRequest` in protobuf. An empty body is a request without spans.
 *
 * @throws {WireFormatError} when the bytes are no such message; exactly when `scanOtlpProtobuf` throws.
 */
export function decodeOtlpProtobuf(_bytes: Uint8Array): DecodedSpans {
  throw new Error('not written yet');
}
