import type { SpanRecord } from '@spanwise/wire/span-record';

import type { PackedRows } from '../hot/packed-rows.ts';
import { rowCount, unpackRows } from '../hot/packed-rows.ts';
import type { SegmentSearch, TraceLow } from './segment-search.ts';

/** The two places where rows are. */
export interface RowPlaces {
  readonly inMemory: (lows: readonly TraceLow[]) => Promise<PackedRows[]>;
  readonly segments: SegmentSearch;
}

/**
 * The rows of these traces in order of arrival; `undefined` when they are more than `most`. Those in memory are asked for
 * first: a segment is announced before its rows leave the memory.
 */
export async function readTraceRows(
  { inMemory, segments }: RowPlaces,
  lows: readonly TraceLow[],
  most = Number.POSITIVE_INFINITY,
): Promise<SpanRecord[] | undefined> {
  const packed = await inMemory(lows);
  const hot = packed.reduce((sum, rows) => sum + rowCount(rows), 0);
  const rows = hot > most ? undefined : await segments.rows(lows, most - hot);
  return rows === undefined ? undefined : [...rows, ...packed.flatMap(unpackRows)];
}
