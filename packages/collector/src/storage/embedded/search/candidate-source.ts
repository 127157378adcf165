import type { Candidate } from './candidate.ts';

/** A part of the data that a search looks into. */
export interface CandidateSource {
  /** No row in it that could pass starts later. */
  readonly newestMicros: number;
  /** The newest candidates, at most `count`, newest first. */
  candidates(count: number): Promise<readonly Candidate[]>;
}
