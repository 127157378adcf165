import type { SamplingRequest } from '../sampling/sampler.ts';
import { noBaggage } from '../propagation/extraction-target.ts';
import type { Baggage } from '../propagation/propagator.ts';

/**
 * A span before its sampling decision: who it is going to be. One object per tracer, filled anew for every span, so
 * that a span which is not recorded costs little more than its ids. It is also what samplers see.
 */
export interface SpanDraft extends SamplingRequest {
  traceId0: number;
  traceId1: number;
  traceId2: number;
  traceId3: number;
  spanId0: number;
  spanId1: number;
  parentId0: number;
  parentId1: number;
  /** As `SpanRecord.flags`. */
  flags: number;
  debug: boolean;
  /** The sampler is asked later; until then the span is a sampled one. */
  isUndecided: boolean;
  name: string;
  tags: Readonly<Record<string, unknown>> | undefined;
  traceState: string;
  baggageItems: Baggage;
}

export function emptyDraft(): SpanDraft {
  return {
    traceId0: 0,
    traceId1: 0,
    traceId2: 0,
    traceId3: 0,
    spanId0: 0,
    spanId1: 0,
    parentId0: 0,
    parentId1: 0,
    flags: 0,
    debug: false,
    isUndecided: false,
    name: '',
    tags: undefined,
    traceState: '',
    baggageItems: noBaggage,
  };
}
