import type { DuckDBValue } from '@duckdb/node-api';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { traceHash } from '../rows/text-hash.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import { RowDecoder, selectedColumns } from '../segment/segment-rows.ts';
import type { SegmentSet } from '../segment/segment-set.ts';
import { conditionOf, rangesOf, selectRanges, traceLowSql } from '../segment/segment-sql.ts';
import { allBlocks } from '../segment/sidecar-reader.ts';
import type { Candidate } from './candidate.ts';
import type { CandidateSource } from './candidate-source.ts';
import type { QueryConnection } from './query-connection.ts';
import type { SearchPlan } from './search-plan.ts';
import { filterGroups, rowTest } from './search-plan.ts';
import { OutOfTime } from './time-budget.ts';

/** Looks into segments: the sidecar says where, DuckDB reads. */
export class SegmentSearch {
  readonly #connection: QueryConnection;
  readonly #segments: SegmentSet;

  constructor(connection: QueryConnection, segments: SegmentSet) {
    this.#connection = connection;
    this.#segments = segments;
  }

  /** The segments that may have candidates. Those in `seen` are left out, the others are noted there. */
  sources(plan: SearchPlan, seen: Set<number>): CandidateSource[] {
    const { startMicros, endMicros } = plan.search;
    const groups = filterGroups(plan);
    return this.#segments.list().flatMap((segment) => {
      const { header } = segment;
      if (seen.has(segment.number)) return [];
      seen.add(segment.number);
      if (header.maxStartMicros < startMicros || header.minStartMicros > endMicros) return [];
      const blocks = this.#blocksFor(segment, groups);
      if (blocks === 0) return [];
      const newestMicros = Math.min(header.maxStartMicros, endMicros);
      return [{ newestMicros, candidates: (count) => this.#candidates(segment, blocks, plan, count) }];
    });
  }

  /** How many blocks a search with this plan reads at most. */
  cost(plan: SearchPlan): number {
    const groups = filterGroups(plan);
    return this.#segments.list().reduce((sum, segment) => sum + bitCount(this.#blocksFor(segment, groups)), 0);
  }

  /** The rows of all traces with these low halves, in order of arrival. */
  async rows(lows: readonly (readonly [number, number])[]): Promise<SpanRecord[]> {
    const spans: SpanRecord[] = [];
    for (const segment of this.#segments.list()) {
      const rows = await this.#segmentRows(segment, lows);
      for (const span of rows) spans.push(span);
    }
    return spans;
  }

  async #segmentRows(segment: SegmentInfo, lows: readonly (readonly [number, number])[]): Promise<SpanRecord[]> {
    const sidecar = this.#segments.sidecar(segment);
    let blocks = 0;
    const here = lows.filter((low) => {
      const found = sidecar.blocksOfTrace(traceHash(...low));
      blocks |= found;
      return found !== 0;
    });
    const ranges = rangesOf(segment.header, blocks);
    if (ranges.length === 0) return [];
    const condition = `trace_lo IN (${here.map((low) => traceLowSql(...low)).join()})`;
    const sql = selectRanges(this.#segments.file(segment), `${selectedColumns}, file_row_number`, ranges, condition);
    const decoder = new RowDecoder(this.#segments.catalogue(segment));
    return this.#read(segment, sql, (rows) =>
      rows.sort((a, b) => Number(a.at(-1)) - Number(b.at(-1))).map((row) => decoder.decode(row)),
    );
  }

  async #candidates(segment: SegmentInfo, blocks: number, plan: SearchPlan, count: number): Promise<Candidate[]> {
    const test = rowTest(plan, this.#segments.catalogue(segment));
    if (test === undefined) return [];
    const ranges = rangesOf(segment.header, blocks);
    const source = selectRanges(this.#segments.file(segment), 'trace_lo, start_us', ranges, conditionOf(test));
    const sql = `SELECT trace_lo, max(start_us) AS newest FROM (${source}) GROUP BY trace_lo ORDER BY newest DESC, trace_lo DESC LIMIT ${count}`;
    return this.#read(segment, sql, (rows) => rows.map(candidateOf));
  }

  /** What `decode` makes of the rows; what cannot be read or decoded is told with the segment's number. */
  async #read<T>(segment: SegmentInfo, sql: string, decode: (rows: DuckDBValue[][]) => T): Promise<T> {
    try {
      return decode(await this.#connection.rows(sql));
    } catch (error) {
      if (error instanceof OutOfTime) throw error;
      throw new Error(`cannot read segment ${segment.number}: ${(error as Error).message}`, { cause: error });
    }
  }

  #blocksFor(segment: SegmentInfo, groups: readonly (readonly number[])[]): number {
    const sidecar = this.#segments.sidecar(segment);
    let blocks = allBlocks;
    for (const hashes of groups) {
      blocks &= sidecar.blocksWith(hashes);
      if (blocks === 0) break;
    }
    return blocks;
  }
}

function candidateOf([low, newest]: readonly DuckDBValue[]): Candidate {
  return {
    traceId2: Number((low as bigint) >> 32n) | 0,
    traceId3: Number((low as bigint) & 0xffffffffn) | 0,
    newestMicros: Number(newest),
  };
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
