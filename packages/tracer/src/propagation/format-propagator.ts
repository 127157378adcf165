import type { ExtractionTarget, PropagatedContext } from './propagator.ts';

/** All that writes and reads one format of the API's (`FORMAT_HTTP_HEADERS`, say). */
export interface FormatPropagator {
  /** What `extract` found last. Overwritten by the next call. */
  readonly target: ExtractionTarget;
  /** Of what `extract` saw last: how many headers, or carriers of bytes, were there and could not be read. */
  readonly malformed: number;
  /** Where the tracer counts those. */
  readonly malformedCount: 'malformedHeaders' | 'malformedBytes';
  /**
   * Whether there was a context, in `target`, whatever else was `malformed` beside it. Throws for what is no carrier, and
   * what the carrier throws.
   */
  extract(carrier: object): boolean;
  /**
   * Gives how many items of the baggage could not be written. Throws for what is no carrier, and what the carrier throws.
   */
  inject(context: PropagatedContext, carrier: object): number;
}
