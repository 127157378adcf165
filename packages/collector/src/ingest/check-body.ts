import { WireFormatError } from '@spanwise/wire';
import { decodeOtlpJson, scanOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { decodeZipkinJson } from '@spanwise/wire/zipkin/decode';
import type { DecodedSpans } from '@spanwise/wire';

/** The forms of bodies that are taken. */
export type BodyProtocol = 'otlp-protobuf' | 'otlp-json' | 'zipkin-json';

/** What checking a body found. */
export interface CheckedBody {
  /** Spans that are kept. */
  readonly spanCount: number;
  /** Spans that cannot be kept, for reasons of their own. */
  readonly rejected: number;
  /** Why, as far as the check can tell. */
  readonly reasons: readonly string[];
}

/** A body that does not decode, and why. */
export interface MalformedBody {
  readonly malformed: string;
}

/** Finds out what of a body can be kept. Only protobuf is checked without making objects, and so takes no time. */
export function checkBody(protocol: BodyProtocol, bytes: Uint8Array): CheckedBody | MalformedBody {
  try {
    return checkers[protocol](bytes);
  } catch (error) {
    if (error instanceof WireFormatError) return { malformed: error.message };
    // The stack or a size limit of the engine: whatever such a body is, it is the sender's, and the next one is well.
    if (error instanceof RangeError) return { malformed: `the body is beyond what can be read: ${error.message}` };
    throw error;
  }
}

const checkers: Readonly<Record<BodyProtocol, (bytes: Uint8Array) => CheckedBody>> = {
  'otlp-protobuf': (bytes) => ({
    ...scanOtlpProtobuf(bytes),
    reasons: ['an id is missing, of wrong length or zero, or a time is out of range'],
  }),
  'otlp-json': (bytes) => counted(decodeOtlpJson(bytes)),
  // Zipkin's own server accepts a body of nothing.
  'zipkin-json': (bytes) => counted(bytes.length === 0 ? noSpans : decodeZipkinJson(bytes)),
};

const noSpans: DecodedSpans = { spans: [], rejected: 0, reasons: [] };

function counted({ spans, rejected, reasons }: DecodedSpans): CheckedBody {
  return { spanCount: spans.length, rejected, reasons };
}
