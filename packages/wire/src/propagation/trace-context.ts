/**
 * What propagation headers say about a span: ids as signed 32-bit words (see `SpanRecord`), and the sampling decision.
 * Parsers fill one in place, so that extraction allocates nothing, and touch it only when they return true.
 */
export interface MutableTraceContext {
  traceId0: number;
  traceId1: number;
  traceId2: number;
  traceId3: number;
  /** Both words zero, like the trace id's, when headers carried a sampling decision and no ids (B3 allows it). */
  spanId0: number;
  spanId1: number;
  /** W3C trace flags: bit 0 sampled, bit 1 random trace id. */
  flags: number;
  /** False when the sender left the decision to us (B3 without sampling state). Bit 0 of `flags` is then 0. */
  samplingKnown: boolean;
  /** B3's debug: sampled by force. Implies sampled. */
  debug: boolean;
  /** `tracestate`; parsers of other headers leave it alone, Datadog's excepted. Empty when absent. */
  traceState: string;
}
