/** `inject` or `extract` was asked for a format that the tracer does not know: a mistake in the calling code. */
export class UnsupportedFormatException extends Error {
  override name = 'UnsupportedFormatException';

  constructor(format: unknown, options?: ErrorOptions) {
    super(
      `the tracer does not know the carrier format ${JSON.stringify(format)}; use FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS or FORMAT_BINARY`,
      options,
    );
  }
}

/** The carrier is not of the kind that its format asks for: a mistake in the calling code. */
export class InvalidCarrierException extends Error {
  override name = 'InvalidCarrierException';
}

/** A carrier holds no complete context, or a damaged one. Thrown only by tracers in strict mode. */
export class SpanContextCorruptedException extends Error {
  override name = 'SpanContextCorruptedException';
}
