import type { DecodedSpans } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire/span-record';

import type { BodyFormat } from './body-format.ts';

/** What checking a body found. */
export interface CheckedBody {
  /** Spans that are kept. */
  readonly spanCount: number;
  /** Spans that cannot be kept, for reasons of their own. */
  readonly rejected: number;
  /** Why, as far as the check can tell. */
  readonly reasons: readonly string[];
}

/** One form of bodies, as ingest checks it and stores read it. */
export interface BodyCodec {
  readonly id: BodyFormat;
  /** The label in metrics. */
  readonly name: string;
  /** What the name of a file with such a body ends in, behind a dot. */
  readonly extension: string;
  /** Whether `check` makes no objects, and so holds nobody up however large the body is. */
  readonly checksFast: boolean;
  /** @throws {WireFormatError} when the body does not decode. Counts exactly the spans that `decode` gives. */
  readonly check: (bytes: Uint8Array) => CheckedBody;
  /** @throws {WireFormatError} as `check`. */
  readonly decode: (bytes: Uint8Array) => readonly SpanRecord[];
}

/** The parts of a codec that has nothing faster than decoding. */
export function byDecoding(
  decode: (bytes: Uint8Array) => DecodedSpans,
): Pick<BodyCodec, 'checksFast' | 'check' | 'decode'> {
  return {
    checksFast: false,
    check: (bytes) => {
      const { spans, rejected, reasons } = decode(bytes);
      return { spanCount: spans.length, rejected, reasons };
    },
    decode: (bytes) => decode(bytes).spans,
  };
}
