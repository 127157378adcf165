import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import type { JournalPosition } from './journal-position.ts';

const partName = /^(\d{10})\.journal$/;

/** One file of the journal. */
export interface JournalPart {
  readonly number: number;
  readonly path: string;
  readonly bytes: number;
}

export function partPath(directory: string, number: number): string {
  return path.join(directory, `${String(number).padStart(10, '0')}.journal`);
}

/** In order. */
export function listParts(directory: string): JournalPart[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const number = partName.exec(name)?.[1];
      if (number === undefined) return [];
      const file = path.join(directory, name);
      // Parts that became segments are removed by another thread at any time.
      const size = statSync(file, { throwIfNoEntry: false })?.size;
      return size === undefined ? [] : [{ number: Number(number), path: file, bytes: size }];
    })
    .sort((a, b) => a.number - b.number);
}

/** Bytes between a position and the end of what is written. */
export function bytesAfter(directory: string, { part, offset }: JournalPosition): number {
  return listParts(directory)
    .filter(({ number }) => number >= part)
    .reduce((sum, { number, bytes }) => sum + (number === part ? bytes - offset : bytes), 0);
}
