import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import { createDirectory, syncDirectory } from '../directory-sync.ts';
import { errorCode } from '../storage-failure.ts';
import type { StoreLayout } from '../segment/segment-files.ts';
import { parquetPath, rollUpPath, sidecarPath } from '../segment/segment-files.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import { SidecarReader } from '../segment/sidecar-reader.ts';

/** What is known of each segment; a damaged one is put into quarantine and reported. */
export function readSegments(
  layout: StoreLayout,
  numbers: readonly number[],
  onDamaged: (message: string) => void,
): SegmentInfo[] {
  return numbers.flatMap((number) => {
    try {
      return [readSegment(layout.segments, number)];
    } catch (error) {
      // What the system refuses now may be readable later: only what is read and wrong is moved away.
      const isDamaged = errorCode(error) === undefined || errorCode(error) === 'ENOENT';
      const outcome = isDamaged ? moveAway(layout, number) : 'it stays where it is';
      onDamaged(`segment ${number} is left out: ${describe(error)}; ${outcome}`);
      return [];
    }
  });
}

function readSegment(directory: string, number: number): SegmentInfo {
  const sidecar = sidecarPath(directory, number);
  const reader = new SidecarReader(sidecar);
  reader.close();
  const rollUp = rollUpPath(directory, number);
  const files = [parquetPath(directory, number), sidecar, ...(existsSync(rollUp) ? [rollUp] : [])];
  return { number, header: reader.header, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

/** The Parquet file goes first: the others alone are what a start removes. Roll-ups can be made again. Its number may be given again. */
function moveAway({ segments, quarantine }: StoreLayout, number: number): string {
  try {
    createDirectory(quarantine);
    for (const file of [parquetPath(segments, number), sidecarPath(segments, number)]) {
      if (existsSync(file)) renameSync(file, freeName(path.join(quarantine, path.basename(file))));
    }
    rmSync(rollUpPath(segments, number), { force: true });
    syncDirectory(quarantine);
    syncDirectory(segments);
    return `moved to ${quarantine}`;
  } catch (error) {
    return `it stays where it is: ${describe(error)}`;
  }
}

function freeName(file: string): string {
  for (let copy = 0; ; copy++) {
    const name = copy === 0 ? file : `${file}.${copy}`;
    if (!existsSync(name)) return name;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
