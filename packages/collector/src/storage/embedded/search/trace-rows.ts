import type { SpanRecord } from '@spanwise/wire/span-record';

import type { StartRange } from '../../span-store.ts';
import type { PackChoice, PackedRows } from '../hot/packed-rows.ts';
import { rowCount, unpackRows } from '../hot/packed-rows.ts';
import type { SegmentSearch, TraceLow } from './segment-search.ts';

/** The two places where rows are. */
export interface RowPlaces {
  readonly inMemory: (lows: readonly TraceLow[], choice: PackChoice) => Promise<PackedRows[] | undefined>;
  readonly segments: SegmentSearch;
}

/**
 * The rows of these traces in order of arrival, or only those that start in `range`; `undefined` when they are more than `most`.
 * Those in memory are asked for first: a segment is announced before its rows leave the memory.
 */
export async function readTraceRows(
  { inMemory, segments }: RowPlaces,
  lows: readonly TraceLow[],
  most = Number.POSITIVE_INFINITY,
  range?: StartRange,
): Promise<SpanRecord[] | undefined> {
  const packed = await inMemory(lows, { most, range });
  if (packed === undefined) return undefined;
  const hot = packed.reduce((sum, rows) => sum + rowCount(rows), 0);
  const rows = hot > most ? undefined : await segments.rows(lows, most - hot, range);
  return rows === undefined ? undefined : [...rows, ...packed.flatMap(unpackRows)];
}
