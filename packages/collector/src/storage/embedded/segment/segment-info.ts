import type { SidecarHeader } from './sidecar-format.ts';

/** What the process keeps in memory of each segment. */
export interface SegmentInfo {
  readonly number: number;
  readonly header: SidecarHeader;
  /** Of its files, as they were written or found at the start. */
  readonly bytes: number;
}
