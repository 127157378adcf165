import type { DuckDBValue } from '@duckdb/node-api';
import type { SpanRecord } from '@spanwise/wire/span-record';

import type { StartRange } from '../../span-store.ts';
import { traceHash } from '../rows/text-hash.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import { RowDecoder, selectedColumns } from '../segment/segment-rows.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import { conditionOf, rangesOf, selectRanges, startCondition, traceLowSql } from '../segment/segment-sql.ts';
import { BlockFilter } from './block-filter.ts';
import type { Candidate } from './candidate.ts';
import type { CandidateSource } from './candidate-source.ts';
import { outlineColumns } from './outline-rows.ts';
import type { OutlineRows } from './outline-rows.ts';
import type { QueryConnection } from './query-connection.ts';
import type { SearchPlan } from './search-plan.ts';
import { filterGroups, rowTest } from './search-plan.ts';
import type { TimeBudget } from './time-budget.ts';
import { OutOfTime } from './time-budget.ts';

/** The low half of a trace id. */
export type TraceLow = readonly [number, number];

/** Segments by which plans are compared: the newest are read first, and the others are mostly like them. */
const comparedSegments = 32;

/** Looks into segments for one query: the sidecar says where, DuckDB reads. */
export class SegmentSearch {
  readonly #connection: QueryConnection;
  readonly #segments: SegmentSet;
  readonly #filter: BlockFilter;
  readonly #budget: TimeBudget | undefined;

  /** `budget` ends what is done between two waits. */
  constructor(connection: QueryConnection, segments: SegmentSet, budget?: TimeBudget) {
    this.#connection = connection;
    this.#segments = segments;
    this.#filter = new BlockFilter(segments);
    this.#budget = budget;
  }

  /**
   * The segments of the time range: their filters are looked at when it comes to them. Those in `seen` are left out, the
   * others are noted there.
   */
  sources(plan: SearchPlan, seen: Set<number>): CandidateSource[] {
    const groups = filterGroups(plan);
    const unseen = this.#within(plan.search).filter(({ number }) => !seen.has(number));
    return unseen.map((segment) => {
      seen.add(segment.number);
      const newestMicros = Math.min(segment.header.maxStartMicros, plan.search.endMicros);
      return { newestMicros, candidates: (count) => this.#candidates(segment, plan, groups, count) };
    });
  }

  /**
   * How many blocks of the newest segments in the time range a search with this plan reads.
   *
   * @throws {OutOfTime} when the budget has ended.
   */
  cost(plan: SearchPlan): number {
    const groups = filterGroups(plan);
    let blocks = 0;
    for (const segment of this.#within(plan.search).slice(-comparedSegments)) {
      this.#budget?.check();
      blocks += bitCount(this.#filter.blocks(segment, groups));
    }
    return blocks;
  }

  /**
   * The rows of all traces with these low halves, in order of arrival; `undefined` when they are more than `most`. Only those
   * that start in `range`, if it is given.
   */
  async rows(
    lows: readonly TraceLow[],
    most = Number.POSITIVE_INFINITY,
    range?: StartRange,
  ): Promise<SpanRecord[] | undefined> {
    const spans: SpanRecord[] = [];
    for (const segment of this.#segments.list()) {
      const rows = await this.rowsOf(segment, lows, most - spans.length + 1, range);
      for (const span of rows) spans.push(span);
      if (spans.length > most) return undefined;
    }
    return spans;
  }

  /** How many rows a segment has of each trace with one of these hashes, by the low half of its id. */
  async traceSizes(segment: SegmentInfo, hashes: ReadonlySet<number>): Promise<Map<bigint, number>> {
    this.#budget?.check();
    const ranges = rangesOf(segment.header, this.#segments.sidecar(segment).blocksOfTraces(hashes));
    if (ranges.length === 0) return new Map();
    const source = selectRanges(this.#segments.file(segment), 'trace_lo', ranges, 'true');
    const sql = `SELECT trace_lo, count(*) AS spans FROM (${source}) GROUP BY trace_lo`;
    const sizes = await this.#read(segment, sql, (rows) =>
      rows.map(([low, size]) => [low as bigint, Number(size)] as const),
    );
    return new Map(sizes.filter(([low]) => hashes.has(traceHash(...lowWords(low)))));
  }

  /** The rows of one segment of traces with these low halves, in order of arrival, not all when they are more than `most`. */
  async rowsOf(
    segment: SegmentInfo,
    lows: readonly TraceLow[],
    most: number = Number.POSITIVE_INFINITY,
    range?: StartRange,
  ): Promise<SpanRecord[]> {
    this.#budget?.check();
    const { maxStartMicros, minStartMicros } = segment.header;
    if (range !== undefined && (maxStartMicros < range.startMicros || minStartMicros > range.endMicros)) return [];
    return this.#segmentRows(segment, lows, most, range);
  }

  /** Adds the rows of a trace to its outline, segment by segment in order of arrival. */
  async outline(low: TraceLow, into: OutlineRows): Promise<void> {
    for (const segment of this.#segments.list()) {
      this.#budget?.check();
      const ranges = rangesOf(segment.header, this.#segments.sidecar(segment).blocksOfTrace(traceHash(...low)));
      if (ranges.length === 0) continue;
      const file = this.#segments.file(segment);
      const sql = selectRanges(file, outlineColumns, ranges, `trace_lo = ${traceLowSql(...low)}`);
      const catalogue = this.#segments.catalogue(segment);
      await this.#reading(segment, () =>
        this.#connection.chunks(sql, (chunk, rows) => into.addChunk(chunk, rows, catalogue)),
      );
    }
  }

  /** All rows of a segment in order of arrival, by block. */
  async *blocks(segment: SegmentInfo): AsyncGenerator<SpanRecord[]> {
    const { blockStarts, rows } = segment.header;
    const decoder = new RowDecoder(this.#segments.catalogue(segment));
    for (const [block, from] of blockStarts.entries()) {
      const range = { from, to: blockStarts[block + 1] ?? rows };
      const sql = selectRanges(this.#segments.file(segment), selectedColumns, [range], 'true');
      yield this.#read(segment, sql, (found) => found.map((row) => decoder.decode(row)));
    }
  }

  #within({ startMicros, endMicros }: SearchPlan['search']): SegmentInfo[] {
    return this.#segments
      .list()
      .filter(({ header }) => header.maxStartMicros >= startMicros && header.minStartMicros <= endMicros);
  }

  async #segmentRows(
    segment: SegmentInfo,
    lows: readonly TraceLow[],
    most: number,
    range: StartRange | undefined,
  ): Promise<SpanRecord[]> {
    const sidecar = this.#segments.sidecar(segment);
    let blocks = 0;
    const here = lows.filter((low) => {
      const found = sidecar.blocksOfTrace(traceHash(...low));
      blocks |= found;
      return found !== 0;
    });
    const ranges = rangesOf(segment.header, blocks);
    if (ranges.length === 0) return [];
    const isOfTraces = `trace_lo IN (${here.map((low) => traceLowSql(...low)).join()})`;
    const condition = range === undefined ? isOfTraces : `${isOfTraces} AND ${startCondition(range)}`;
    const columns = `${selectedColumns}, file_row_number`;
    const sql = limited(selectRanges(this.#segments.file(segment), columns, ranges, condition), most);
    const decoder = new RowDecoder(this.#segments.catalogue(segment));
    return this.#read(segment, sql, (rows) =>
      rows.sort((a, b) => Number(a.at(-1)) - Number(b.at(-1))).map((row) => decoder.decode(row)),
    );
  }

  async #candidates(
    segment: SegmentInfo,
    plan: SearchPlan,
    groups: readonly (readonly number[])[],
    count: number,
  ): Promise<Candidate[]> {
    this.#budget?.check();
    const blocks = this.#filter.blocks(segment, groups);
    if (blocks === 0) return [];
    const test = rowTest(plan, this.#segments.catalogue(segment));
    if (test === undefined) return [];
    const ranges = rangesOf(segment.header, blocks);
    const source = selectRanges(this.#segments.file(segment), 'trace_lo, start_us', ranges, conditionOf(test));
    const sql = `SELECT trace_lo, max(start_us) AS newest FROM (${source}) GROUP BY trace_lo ORDER BY newest DESC, trace_lo DESC LIMIT ${count}`;
    return this.#read(segment, sql, (rows) => rows.map(candidateOf));
  }

  /** What `decode` makes of the rows; what cannot be read or decoded is told with the segment's number. */
  #read<T>(segment: SegmentInfo, sql: string, decode: (rows: DuckDBValue[][]) => T): Promise<T> {
    return this.#reading(segment, async () => decode(await this.#connection.rows(sql)));
  }

  async #reading<T>(segment: SegmentInfo, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OutOfTime) throw error;
      throw new Error(`cannot read segment ${segment.number}: ${(error as Error).message}`, { cause: error });
    }
  }
}

function limited(sql: string, most: number): string {
  return Number.isFinite(most) ? `SELECT * FROM (${sql}) LIMIT ${most}` : sql;
}

function candidateOf([low, newest]: readonly DuckDBValue[]): Candidate {
  const [traceId2, traceId3] = lowWords(low as bigint);
  return { traceId2, traceId3, newestMicros: Number(newest) };
}

/** The low half of a trace id as the column has it, in two words. */
export function lowWords(low: bigint): TraceLow {
  return [Number(low >> 32n) | 0, Number(low & 0xffffffffn) | 0];
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
