import { readFileSync } from 'node:fs';

import { writeFileDurably } from '../directory-sync.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import { comparePositions, journalStart } from '../journal/journal-position.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';

/**
 * Up to where the journal is in segments: where the newest segment ends, or the noted checkpoint when retention removed
 * that segment.
 */
export function coveredUpTo(segments: readonly SegmentInfo[], noted: JournalPosition | undefined): JournalPosition {
  const ends = segments.map(({ header }) => header.to);
  return [journalStart, ...(noted === undefined ? [] : [noted]), ...ends].reduce((a, b) =>
    comparePositions(a, b) < 0 ? b : a,
  );
}

export function noteCheckpoint(file: string, position: JournalPosition): void {
  writeFileDurably(file, [Buffer.from(`${JSON.stringify(position)}\n`)]);
}

export function readCheckpoint(file: string): JournalPosition | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JournalPosition;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
