/** A trace that may match, named by the low half of its id. */
export interface Candidate {
  readonly traceId2: number;
  readonly traceId3: number;
  /** Start of its newest row that passed the plan: no match of it is newer (`TraceMatch.newestMicros`), whatever the plan. */
  readonly newestMicros: number;
}

/** Newest first; a total order, so that a cut at a number of candidates is the same every time. */
export function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    b.newestMicros - a.newestMicros ||
    (b.traceId2 >>> 0) - (a.traceId2 >>> 0) ||
    (b.traceId3 >>> 0) - (a.traceId3 >>> 0)
  );
}
