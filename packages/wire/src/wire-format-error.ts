/**
 * A body that does not decode: truncated, not of the format, or nested too deeply. Nothing of it may be kept. The
 * message says what was wrong and where: a byte offset for protobuf, a path such as `resourceSpans[0].scopeSpans` for
 * JSON. Receivers answer it with status 400. Single spans that cannot be kept are not errors, see `DecodedSpans`.
 */
export class WireFormatError extends Error {
  override readonly name = 'WireFormatError';
}
