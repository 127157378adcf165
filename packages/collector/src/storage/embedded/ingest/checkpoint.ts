import { readFileSync } from 'node:fs';

import { writeFileDurably } from '../directory-sync.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import { comparePositions, journalStart } from '../journal/journal-position.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';

/**
 * Up to where the journal is in segments: where the newest segment ends, or the noted checkpoint when there is no such
 * segment any more, or never was.
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

/**
 * What was noted, or undefined. A file that is damaged is as good as none: what retention removed may come back from the
 * journal until retention removes it again, and nothing is lost.
 *
 * @throws when the file is there and cannot be read.
 */
export function readCheckpoint(file: string, onDamaged: (message: string) => void): JournalPosition | undefined {
  const text = readIfPresent(file);
  if (text === undefined) return undefined;
  const position = positionIn(text);
  if (position === undefined) {
    onDamaged(`${file} is damaged and not used; spans that retention removed may be found again until it runs`);
  }
  return position;
}

function positionIn(text: string): JournalPosition | undefined {
  try {
    const { part, offset } = JSON.parse(text) as Partial<JournalPosition>;
    return isCount(part) && isCount(offset) ? { part, offset } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: ${(error as Error).message}; make it readable or remove it`, {
      cause: error,
    });
  }
}
