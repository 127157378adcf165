import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

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
