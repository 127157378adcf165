import type { SidecarHeader } from './sidecar-format.ts';

/** What the process keeps in memory of each segment. */
export interface SegmentInfo {
  readonly number: number;
  readonly header: SidecarHeader;
  /** Of both files. */
  readonly bytes: number;
}
