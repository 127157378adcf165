/**
 * How the store of `small-store-collector.ts` is opened: a few thousand spans fill a segment and several parts of the
 * journal, so that kills meet all that a store does. The usual sizes would take a hundred times as many.
 */
export const smallStore = {
  segmentRows: 2_000,
  rowsPerBlock: 250,
  journalPartBytes: 64 * 1024,
  memoryLimitMegabytes: 64,
} as const;
