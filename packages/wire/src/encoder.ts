import type { SpanRecord } from './span-record.ts';

/**
 * Turns span records into request bodies. One instance holds one body under construction; `encoder.conformance.ts` is
 * run by every implementation.
 *
 * - A record is read during `add` and not kept.
 * - `byteLength` after `add` is what `take` would return now, to within the few bytes of envelope.
 * - `take` returns a body of everything added since the last `take`, in order, and resets; the caller owns the bytes.
 * - Never throws for a well-typed record; values it has no form for travel as strings.
 * - `add` is all or nothing: when it throws (a getter of the application's, an ill-typed record), the encoder is as if it
 *   had not been called, and the spans before and after are sent whole.
 */
export interface SpanEncoder {
  /** For the `Content-Type` header. */
  readonly contentType: string;
  readonly spanCount: number;
  readonly byteLength: number;
  add(span: SpanRecord): void;
  take(): Uint8Array;
}
