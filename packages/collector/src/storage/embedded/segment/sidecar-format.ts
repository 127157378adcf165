import type { JournalPosition } from '../journal/journal-position.ts';

/**
 * The sidecar of a segment: what finds a trace in it, and what rules blocks out of a search, without opening the
 * Parquet file.
 *
 * 16 bytes: `SWSC`, version, length of the header, crc32 of the header. Then the header as JSON, then the sections it
 * names, each at a multiple of 8 bytes:
 *
 * - trace hashes: sorted 32-bit hashes of the low halves of trace ids, each once;
 * - trace blocks: for each of them 16 bits, bit `b % 16` set when block `b` has rows of the trace;
 * - filter: for each of `filterPositions` positions 16 bits, bit `b % 16` set when an entry of block `b` sets that
 *   position. One read answers for all blocks at once;
 * - catalogue: the JSON of `Catalogue`, deflated.
 */
export interface SidecarHeader {
  readonly rows: number;
  /** First row of each block. */
  readonly blockStarts: readonly number[];
  readonly minStartMicros: number;
  readonly maxStartMicros: number;
  /** When the segment was written, by the wall clock: a bound for starts from clocks that run ahead. */
  readonly writtenMicros: number;
  /** The journal from `from` up to `to` is in segments once this one is there. Empty for all but the last of several. */
  readonly from: JournalPosition;
  readonly to: JournalPosition;
  readonly traces: number;
  readonly tracesAt: number;
  readonly blocksAt: number;
  readonly filterPositions: number;
  readonly filterAt: number;
  readonly catalogueAt: number;
  readonly catalogueBytes: number;
}

export const sidecarMagic = 0x43535753;
export const sidecarVersion = 1;
export const sidecarPrefixBytes = 16;

/** Bits in the words of trace blocks and filter. Longer segments use a bit for several blocks. */
export const blockBits = 16;

/** Positions that one filter entry sets. */
export const filterProbes = 7;
/** With seven probes about one look-up in 680 for an absent entry passes. */
export const filterBitsPerEntry = 14;

/** Calls back with the positions of an entry, until it answers false. */
export function probe(hash: number, positions: number, visit: (position: number) => boolean): void {
  let position = hash;
  const step = (Math.imul(hash, 0x9e3779b1) >>> 0) | 1;
  for (let index = 0; index < filterProbes; index++) {
    if (!visit(position % positions)) return;
    position = (position + step) >>> 0;
  }
}
