import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

import { createDirectory, syncDirectory } from '../directory-sync.ts';

const segmentName = /^(\d{10})\.(parquet|sidecar|rollup)$/;

/** Where things are in a data directory. */
export interface StoreLayout {
  readonly journal: string;
  readonly segments: string;
  readonly quarantine: string;
  readonly checkpoint: string;
  readonly format: string;
  readonly lock: string;
}

export function layoutOf(directory: string): StoreLayout {
  return {
    journal: path.join(directory, 'journal'),
    segments: path.join(directory, 'segments'),
    quarantine: path.join(directory, 'quarantine'),
    checkpoint: path.join(directory, 'checkpoint.json'),
    format: path.join(directory, 'format.json'),
    lock: path.join(directory, 'lock'),
  };
}

/** Makes the folders that are missing. Syncs also where all are there: whoever made them may not have come so far. */
export function createFolders(layout: StoreLayout): void {
  createDirectory(layout.journal);
  createDirectory(layout.segments);
  syncDirectory(path.dirname(layout.journal));
}

export function parquetPath(segments: string, number: number): string {
  return path.join(segments, `${String(number).padStart(10, '0')}.parquet`);
}

export function sidecarPath(segments: string, number: number): string {
  return path.join(segments, `${String(number).padStart(10, '0')}.sidecar`);
}

/** The roll-up of one segment. */
export function rollUpPath(segments: string, number: number): string {
  return path.join(segments, `${String(number).padStart(10, '0')}.rollup`);
}

/** Numbers of the segments, in order, also of those whose sidecar is lost; removes what an interrupted writer left. */
export function recoverSegments(segments: string): number[] {
  const numbers: number[] = [];
  for (const name of readdirSync(segments)) {
    const [, digits, kind] = segmentName.exec(name) ?? [];
    if (name.endsWith('.tmp')) rmSync(path.join(segments, name), { force: true });
    else if (kind !== undefined && kind !== 'parquet' && !existsSync(parquetPath(segments, Number(digits))))
      rmSync(path.join(segments, name));
    else if (kind === 'parquet') numbers.push(Number(digits));
  }
  return numbers.sort((a, b) => a - b);
}
