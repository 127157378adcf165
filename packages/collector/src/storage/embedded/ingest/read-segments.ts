import { statSync } from 'node:fs';

import { parquetPath, sidecarPath } from '../segment/segment-files.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import { SidecarReader } from '../segment/sidecar-reader.ts';

/** What is known of each segment; a damaged one is left out and reported. */
export function readSegments(
  directory: string,
  numbers: readonly number[],
  onDamaged: (message: string) => void,
): SegmentInfo[] {
  return numbers.flatMap((number) => {
    try {
      return [readSegment(directory, number)];
    } catch (error) {
      onDamaged(`segment ${number} is left out: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
}

function readSegment(directory: string, number: number): SegmentInfo {
  const sidecar = sidecarPath(directory, number);
  const reader = new SidecarReader(sidecar);
  reader.close();
  return {
    number,
    header: reader.header,
    bytes: statSync(sidecar).size + statSync(parquetPath(directory, number)).size,
  };
}
