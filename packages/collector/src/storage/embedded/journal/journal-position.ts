/** A place between two bodies in the journal. */
export interface JournalPosition {
  /** Number of the part, from 1. */
  readonly part: number;
  /** Bytes from the beginning of the part. */
  readonly offset: number;
}

/** Before the first part. */
export const journalStart: JournalPosition = { part: 0, offset: 0 };

/** Negative when `a` comes before `b`. */
export function comparePositions(a: JournalPosition, b: JournalPosition): number {
  return a.part - b.part || a.offset - b.offset;
}
