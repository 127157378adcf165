import { DuckDBInstance } from '@duckdb/node-api';
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { countSpan } from './compare-spans.ts';
import type { FoundSpans } from './compare-spans.ts';
import { spanKeyOf } from './retrying-client.ts';

/** Rows of segments of traces whose id begins with one of the series, before any query has deduplicated them. */
export interface SegmentSpans {
  readonly segments: number;
  /** Each copy counts, in whichever segment. */
  readonly all: FoundSpans;
  /** The same for each segment alone. */
  readonly bySegment: readonly FoundSpans[];
}

/** Reads the segments of a data directory as they lie there; docs/store.md has their columns. */
export async function segmentSpans(dataDirectory: string, series: readonly number[]): Promise<SegmentSpans> {
  const directory = path.join(dataDirectory, 'segments');
  const files = readdirSync(directory).filter((name) => name.endsWith('.parquet'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const all = new Map<string, Map<string, number>>();
  const bySegment: FoundSpans[] = [];
  for (const file of files) {
    const own = new Map<string, Map<string, number>>();
    const reader = await connection.runAndReadAll(
      `SELECT trace_hi, trace_lo, span_id FROM read_parquet('${path.join(directory, file)}') WHERE trace_hi >> 32 IN (${series.join(', ')})`,
    );
    for (const row of reader.getRows() as [bigint, bigint, bigint][]) {
      const [trace, span] = [hex(row[0]) + hex(row[1]), spanKeyOf(wordsOf(row[2]))];
      countSpan(own, trace, span);
      countSpan(all, trace, span);
    }
    bySegment.push(own);
  }
  connection.closeSync();
  instance.closeSync();
  return { segments: files.length, all, bySegment };
}

function hex(id: bigint): string {
  return id.toString(16).padStart(16, '0');
}

function wordsOf(id: bigint): { spanId0: number; spanId1: number } {
  return { spanId0: Number(id >> 32n), spanId1: Number(id & 0xffff_ffffn) };
}
