import type { Baggage, ExtractionTarget } from './propagator.ts';

/** The baggage of whatever has none. */
export const noBaggage: Baggage = Object.freeze({});

/** A target before extraction. */
export function emptyTarget(): ExtractionTarget {
  return {
    traceId0: 0,
    traceId1: 0,
    traceId2: 0,
    traceId3: 0,
    spanId0: 0,
    spanId1: 0,
    flags: 0,
    samplingKnown: false,
    debug: false,
    traceState: '',
    baggageItems: noBaggage,
    droppedItems: 0,
    debugId: '',
  };
}

/** Makes it so again. */
export function clearTarget(target: ExtractionTarget): void {
  target.traceId0 = target.traceId1 = target.traceId2 = target.traceId3 = 0;
  target.spanId0 = target.spanId1 = target.flags = 0;
  target.samplingKnown = target.debug = false;
  target.traceState = '';
  target.baggageItems = noBaggage;
  target.droppedItems = 0;
  target.debugId = '';
}
