import { renameSync, rmSync, statSync } from 'node:fs';

import { syncDirectory } from '../directory-sync.ts';
import { parquetPath, rollUpPath, sidecarPath } from './segment-files.ts';
import type { SegmentInfo } from './segment-info.ts';
import type { SidecarHeader } from './sidecar-format.ts';

/** A segment whose files are written and synced, but the Parquet file under a name that a start removes. */
export interface StagedSegment {
  readonly number: number;
  readonly header: SidecarHeader;
}

/**
 * Renames staged segments, which together hold one range of the journal: the moment from which they count. The last claims
 * the range, so the names of the others must survive power loss before it has its own.
 */
export function placeSegments(directory: string, staged: readonly StagedSegment[]): SegmentInfo[] {
  for (const segment of staged.slice(0, -1)) place(directory, segment);
  if (staged.length > 1) syncDirectory(directory);
  for (const segment of staged.slice(-1)) place(directory, segment);
  syncDirectory(directory);
  return staged.map(({ number, header }) => {
    const files = [parquetPath, sidecarPath, rollUpPath].map((pathOf) => pathOf(directory, number));
    return { number, header, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
  });
}

/** Leaves nothing of segments, in place or not. The last goes first: without the others it would claim too much. */
export function discardSegments(directory: string, numbers: readonly number[]): void {
  for (const number of [...numbers].reverse()) {
    const parquet = parquetPath(directory, number);
    const sidecar = sidecarPath(directory, number);
    const rollUp = rollUpPath(directory, number);
    const staged = stagedPath(directory, number);
    for (const file of [parquet, staged, `${sidecar}.tmp`, sidecar, `${rollUp}.tmp`, rollUp])
      rmSync(file, { force: true });
  }
}

/** The Parquet file of a segment that is not in place. */
export function stagedPath(directory: string, number: number): string {
  return `${parquetPath(directory, number)}.tmp`;
}

function place(directory: string, { number }: StagedSegment): void {
  renameSync(stagedPath(directory, number), parquetPath(directory, number));
}
