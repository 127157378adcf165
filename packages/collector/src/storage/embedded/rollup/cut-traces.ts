import type { SpanRecord } from '@spanwise/wire/span-record';

import { distinctRecords } from '../../matching/trace-assembly.ts';
import type { Pause } from '../../rollup/roll-up.ts';
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

/** How much is looked at. */
export interface CorrectionLimits {
  readonly mostRows: number;
  /** Gives other work its turn. */
  readonly pause: Pause;
}

/** Rows between pauses, but for a trace that has more. */
const rowsTogether = 4096;

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
export async function correctionFor(
  parts: ApartRolledUp,
  rows: SegmentRows,
  { mostRows, pause }: CorrectionLimits,
): Promise<Correction> {
  const cut = cutHashes(parts, rows.set);
  const rollUp = new RollUp();
  if (cut.size === 0) return { rollUp, isJoined: true };
  const sizes = await sizesIn(parts, rows.search, cut);
  const { groups, count, isJoined } = inGroups(fewestFirst(sizes), mostRows);
  const read = async (segment: SegmentInfo, add: (spans: readonly SpanRecord[]) => void): Promise<void> => {
    const here = [...(sizes.get(segment) ?? [])].filter(([low]) => groups.has(low));
    for (const lows of batchesOf(here)) {
      add(await rows.search.rowsOf(segment, lows.map(lowWords)));
      await pause();
    }
  };
  const grouped = new GroupedParts(groups, count, 1 + parts.segments.length + parts.inMemory.length);
  for (const segment of parts.before) await read(segment, (spans) => grouped.add(0, spans));
  for (const [index, segment] of parts.segments.entries())
    await read(segment, (spans) => grouped.add(1 + index, spans));
  for (const [index, spans] of parts.inMemory.entries()) grouped.add(1 + parts.segments.length + index, spans);
  for (const apart of grouped.groups) {
    rollUp.merge(rolledUp(apart.flat()));
    for (const spans of apart) rollUp.subtract(rolledUp(spans));
    await pause();
  }
  return { rollUp, isJoined };
}

/** Rows of traces, by group of traces and part. A trace is counted by itself, so groups are too. */
class GroupedParts {
  readonly groups: SpanRecord[][][];
  readonly #groupOf: ReadonlyMap<bigint, number>;

  constructor(groupOf: ReadonlyMap<bigint, number>, groups: number, parts: number) {
    this.#groupOf = groupOf;
    this.groups = Array.from({ length: groups }, () => Array.from({ length: parts }, () => []));
  }

  add(part: number, spans: readonly SpanRecord[]): void {
    for (const span of spans) {
      const group = this.#groupOf.get(lowOf(span));
      if (group !== undefined) this.groups[group]?.[part]?.push(span);
    }
  }
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

/** Numbers groups of traces that fit into the limit. */
function inGroups(
  traces: readonly [bigint, number][],
  mostRows: number,
): { groups: Map<bigint, number>; count: number; isJoined: boolean } {
  const groups = new Map<bigint, number>();
  let rows = 0;
  let rowsInGroup = 0;
  let last = 0;
  for (const [low, size] of traces) {
    rows += size;
    if (rows > mostRows) return { groups, count: last + 1, isJoined: false };
    if (rowsInGroup > 0 && rowsInGroup + size > rowsTogether) {
      rowsInGroup = 0;
      last++;
    }
    rowsInGroup += size;
    groups.set(low, last);
  }
  return { groups, count: last + 1, isJoined: true };
}

/** Traces of one segment, as many together as are read at once. */
function batchesOf(traces: readonly [bigint, number][]): bigint[][] {
  const batches: bigint[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const [low, size] of traces) {
    if (rows + size > rowsTogether) {
      batches.push([]);
      rows = 0;
    }
    batches.at(-1)?.push(low);
    rows += size;
  }
  return batches;
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
