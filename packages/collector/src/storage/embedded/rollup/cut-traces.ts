import type { SpanRecord } from '@spanwise/wire/span-record';

import { distinctRecords } from '../../matching/trace-assembly.ts';
import { RollUp } from '../../rollup/roll-up.ts';
import { rollUpSpanOf } from '../../rollup/roll-up-span.ts';
import { traceHash } from '../rows/text-hash.ts';
import type { SegmentSearch } from '../search/segment-search.ts';
import { lowWords } from '../search/segment-search.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import type { SegmentSet } from '../segment/segment-set.ts';

/** What has been rolled up apart, in order of arrival. */
export interface ApartRolledUp {
  /** Segments that have been looked at together before. */
  readonly before: readonly SegmentInfo[];
  readonly segments: readonly SegmentInfo[];
  /** Rows in memory of traces that may be elsewhere as well, by generation. */
  readonly inMemory: readonly (readonly SpanRecord[])[];
}

/** Where the rows of segments are read. */
export interface SegmentRows {
  readonly set: SegmentSet;
  readonly search: SegmentSearch;
}

/** What to add to the sum of the roll-ups of parts, so that it is that of the whole. */
export interface Correction {
  readonly rollUp: RollUp;
  /** No trace was left out because there were more rows than allowed. */
  readonly isJoined: boolean;
}

/**
 * Looks at traces whose rows are in several parts, where one span may have been counted twice, and calls between parts not at
 * all: counts each of these traces as a whole, and takes out what its parts were counted as. The sidecars' hashes say which
 * they are; those with few rows go first, up to `mostRows` together.
 */
export async function correctionFor(parts: ApartRolledUp, rows: SegmentRows, mostRows: number): Promise<Correction> {
  const cut = cutHashes(parts, rows.set);
  const rollUp = new RollUp();
  if (cut.size === 0) return { rollUp, isJoined: true };
  const sizes = await sizesIn(parts, rows.search, cut);
  const lows = fewestFirst(sizes);
  const { chosen, isJoined } = withinLimit(lows, mostRows);
  if (chosen.size === 0) return { rollUp, isJoined };
  const read = async (segment: SegmentInfo): Promise<SpanRecord[]> => {
    const here = [...(sizes.get(segment) ?? new Map<bigint, number>()).keys()].filter((low) => chosen.has(low));
    return here.length === 0 ? [] : rows.search.rowsOf(segment, here.map(lowWords));
  };
  const before: SpanRecord[] = [];
  for (const segment of parts.before) for (const span of await read(segment)) before.push(span);
  const apart = [before];
  for (const segment of parts.segments) apart.push(await read(segment));
  for (const spans of parts.inMemory) apart.push(spans.filter((span) => chosen.has(lowOf(span))));
  rollUp.merge(rolledUp(apart.flat()));
  for (const spans of apart) rollUp.subtract(rolledUp(spans));
  return { rollUp, isJoined };
}

function rolledUp(records: readonly SpanRecord[]): RollUp {
  const rollUp = new RollUp();
  rollUp.add(distinctRecords(records).flatMap((record) => rollUpSpanOf(record) ?? []));
  return rollUp;
}

/** Hashes that more than one part has. */
function cutHashes({ before, segments, inMemory }: ApartRolledUp, set: SegmentSet): Set<number> {
  const hashesOf = (segment: SegmentInfo): Uint32Array => set.sidecar(segment).traceHashes();
  const lists = [
    distinctSorted(before.map(hashesOf)),
    ...segments.map(hashesOf),
    ...inMemory.map((spans) => distinctSorted([spans.map((span) => traceHash(span.traceId2, span.traceId3))])),
  ];
  const all = concatenated(lists).sort();
  const cut = new Set<number>();
  for (let index = 1; index < all.length; index++) if (all[index] === all[index - 1]) cut.add(all[index] as number);
  return cut;
}

/** The rows of each trace in each part; parts are segments, or lists of spans. */
async function sizesIn(
  { before, segments, inMemory }: ApartRolledUp,
  search: SegmentSearch,
  cut: ReadonlySet<number>,
): Promise<Map<SegmentInfo | readonly SpanRecord[], Map<bigint, number>>> {
  const sizes = new Map<SegmentInfo | readonly SpanRecord[], Map<bigint, number>>();
  for (const segment of [...before, ...segments]) sizes.set(segment, await search.traceSizes(segment, cut));
  for (const spans of inMemory) {
    const counts = new Map<bigint, number>();
    for (const span of spans) counts.set(lowOf(span), (counts.get(lowOf(span)) ?? 0) + 1);
    sizes.set(spans, counts);
  }
  return sizes;
}

/** Traces that are in more than one place, with the number of their rows. */
function fewestFirst(sizes: ReadonlyMap<unknown, ReadonlyMap<bigint, number>>): [bigint, number][] {
  const totals = new Map<bigint, { places: number; rows: number }>();
  for (const counts of sizes.values()) {
    for (const [low, count] of counts) {
      const known = totals.get(low);
      if (known === undefined) totals.set(low, { places: 1, rows: count });
      else {
        known.places++;
        known.rows += count;
      }
    }
  }
  return [...totals]
    .filter(([, { places }]) => places > 1)
    .map(([low, { rows }]): [bigint, number] => [low, rows])
    .sort(([, a], [, b]) => a - b);
}

function withinLimit(
  traces: readonly [bigint, number][],
  mostRows: number,
): { chosen: Set<bigint>; isJoined: boolean } {
  const chosen = new Set<bigint>();
  let rows = 0;
  for (const [low, count] of traces) {
    rows += count;
    if (rows > mostRows) return { chosen, isJoined: false };
    chosen.add(low);
  }
  return { chosen, isJoined: true };
}

function lowOf({ traceId2, traceId3 }: SpanRecord): bigint {
  return (BigInt(traceId2 >>> 0) << 32n) | BigInt(traceId3 >>> 0);
}

function concatenated(lists: readonly (ArrayLike<number> & Iterable<number>)[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** The hashes of several lists, sorted, each once. */
export function distinctSorted(lists: readonly (ArrayLike<number> & Iterable<number>)[]): Uint32Array {
  return concatenated(lists)
    .sort()
    .filter((hash, index, all) => index === 0 || hash !== all[index - 1]);
}
