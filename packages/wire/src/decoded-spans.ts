import type { SpanRecord } from './span-record.ts';

/** What a decoder found in a body that is well-formed as a whole. */
export interface DecodedSpans {
  /** In the order of the body. Spans of one resource share one `Resource` object, and so do scopes. */
  readonly spans: SpanRecord[];
  /**
   * Spans left out because no record can hold them: trace id or span id missing, of the wrong length or all zero, or a
   * time beyond 2^53 µs.
   */
  readonly rejected: number;
  /** Why, for people; one for each rejected span, the first ten only. */
  readonly reasons: string[];
}

/** Most reasons that a `DecodedSpans` carries. */
export const maxReasons = 10;
