import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from './constants.ts';

/**
 * `inject` or `extract` was asked for a format that the tracer does not know: a mistake in the calling code.
 * (`ErrorOptions` is not named here: compilers set to ES2020 do not know it.)
 */
export class UnsupportedFormatException extends Error {
  /** For messages and logs; code asks for {@link UnsupportedFormatException.code}. */
  override name = 'UnsupportedFormatException';
  /** Tells the class across copies of this package, where `instanceof` does not. */
  readonly code = 'OT_UNSUPPORTED_FORMAT';

  /**
   * @param format what was asked for; shown in the message
   * @param options the error that led to this one, if one did
   */
  constructor(
    format: unknown,
    options?: {
      /** The error that led to this one. */
      readonly cause?: unknown;
    },
  ) {
    const known = format === FORMAT_TEXT_MAP || format === FORMAT_HTTP_HEADERS || format === FORMAT_BINARY;
    const hint = known ? '' : '; the formats of OpenTracing are FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS and FORMAT_BINARY';
    super(`this tracer does not support the carrier format ${shown(format)}${hint}`, options);
  }
}

function shown(format: unknown): string {
  try {
    return JSON.stringify(format) ?? typeof format;
  } catch {
    return typeof format; // a bigint, a circle, a getter that throws
  }
}

/**
 * The carrier is not of the kind that its format asks for: a mistake in the calling code. Thrown by `inject` of the mock
 * tracer, and by `extract` of tracers in strict mode.
 */
export class InvalidCarrierException extends Error {
  /** For messages and logs; code asks for {@link InvalidCarrierException.code}. */
  override name = 'InvalidCarrierException';
  /** Tells the class across copies of this package, where `instanceof` does not. */
  readonly code = 'OT_INVALID_CARRIER';
}

/**
 * A carrier holds no context, or an incomplete or damaged one. Thrown by `extract` of tracers in strict mode, as in
 * opentracing-python; others give `null`.
 */
export class SpanContextCorruptedException extends Error {
  /** For messages and logs; code asks for {@link SpanContextCorruptedException.code}. */
  override name = 'SpanContextCorruptedException';
  /** Tells the class across copies of this package, where `instanceof` does not. */
  readonly code = 'OT_SPAN_CONTEXT_CORRUPTED';
}
