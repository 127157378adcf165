/** What `scanOtlpProtobuf` counted. */
export interface ScannedSpans {
  /** Spans that `decodeOtlpProtobuf` would keep. */
  readonly spanCount: number;
  /** Spans that it would reject. */
  readonly rejected: number;
}

/**
 * Checks a protobuf body as `decodeOtlpProtobuf` would, and counts its spans, without building any object. For
 * receivers that store the bytes as they are and decode them later.
 *
 * @throws {WireFormatError} exactly when `decodeOtlpProtobuf` does.
 */
export function scanOtlpProtobuf(_bytes: Uint8Array): ScannedSpans {
  throw new Error('not written yet');
}
