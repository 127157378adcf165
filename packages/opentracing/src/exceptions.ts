import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from './constants.ts';

/**
 * `inject` or `extract` was asked for a format that the tracer does not know: a mistake in the calling code.
 * (`ErrorOptions` is not named here: compilers set to ES2020 do not know it.)
 */
export class UnsupportedFormatException extends Error {
  override name = 'UnsupportedFormatException';
  /** Tells the class across copies of this package, where `instanceof` does not. */
  readonly code = 'OT_UNSUPPORTED_FORMAT';

  constructor(format: unknown, options?: { readonly cause?: unknown }) {
    const known = format === FORMAT_TEXT_MAP || format === FORMAT_HTTP_HEADERS || format === FORMAT_BINARY;
    const hint = known ? '' : '; the formats of OpenTracing are FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS and FORMAT_BINARY';
    super(`this tracer does not support the carrier format ${JSON.stringify(format)}${hint}`, options);
  }
}

/** The carrier is not of the kind that its format asks for: a mistake in the calling code. */
export class InvalidCarrierException extends Error {
  override name = 'InvalidCarrierException';
  /** Tells the class across copies of this package, where `instanceof` does not. */
  readonly code = 'OT_INVALID_CARRIER';
}

/** A carrier holds no complete context, or a damaged one. Thrown only by tracers in strict mode. */
export class SpanContextCorruptedException extends Error {
  override name = 'SpanContextCorruptedException';
  /** Tells the class across copies of this package, where `instanceof` does not. */
  readonly code = 'OT_SPAN_CONTEXT_CORRUPTED';
}
