import type { SpanRecord } from '@spanwise/wire/span-record';
import { SpanKind, spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resourceOf } from '../../span-store.conformance.ts';
import { Generation } from '../hot/generation.ts';
import { journalStart } from '../journal/journal-position.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { Database } from '../search/database.ts';
import { QueryConnection } from '../search/query-connection.ts';
import { SegmentSearch } from '../search/segment-search.ts';
import type { SegmentInfo } from '../segment/segment-info.ts';
import { SegmentSet } from '../segment/segment-set.ts';
import { SegmentWriter } from '../segment/segment-writer.ts';
import type { ApartRolledUp, SegmentRows } from './cut-traces.ts';
import { correctionFor } from './cut-traces.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const fitsAlone = (): Promise<void> => Promise.reject(new Error('a row is said to be too large'));

/** Span `id` of `trace`, a server in a service of its own, called by span `parent`. */
const span = (trace: number, id: number, parent = 0): SpanRecord =>
  spanRecord({
    traceId3: trace,
    spanId1: id,
    parentId1: parent,
    kind: SpanKind.server,
    startMicros: id,
    durationNanos: 5,
    resource: resourceOf(`s${id}`),
  });

describe('correctionFor', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let database: Database;
  let connection: QueryConnection;
  let rows: SegmentRows;
  beforeEach(() => {
    directory = temporaryDirectory();
    database = new Database(64);
    connection = new QueryConnection(database);
    const set = new SegmentSet(directory.path);
    rows = { set, search: new SegmentSearch(connection, set) };
  });
  afterEach(async () => {
    await connection.close();
    rows.set.clear();
    await database.close();
    directory.remove();
  });

  async function segmentsOf(...parts: SpanRecord[][]): Promise<SegmentInfo[]> {
    const writer = await SegmentWriter.open(directory.path, { usualMegabytes: 64, mostMegabytes: 64 }, turn);
    const segments: SegmentInfo[] = [];
    for (const [index, spans] of parts.entries()) {
      const generation = new Generation(spans.length, Math.ceil(spans.length / 2), journalStart);
      for (const one of spans) generation.add(one);
      segments.push(...(await writer.write(index + 1, generation, { part: 1, offset: index + 1 }, fitsAlone)));
    }
    writer.close();
    for (const segment of segments) rows.set.add(segment);
    return segments;
  }

  async function correct(
    parts: Partial<ApartRolledUp>,
    mostRows = 100,
  ): Promise<{ edges: string[]; spans: string[]; isJoined: boolean }> {
    const whole = { before: [], segments: [], inMemory: [], ...parts };
    const { rollUp, isJoined } = await correctionFor(whole, rows, { mostRows, pause: turn });
    const { edges, operations } = rollUp.toJSON();
    const linesOf = (table: typeof edges): string[] =>
      table.map(([first, second, , cells]) => `${first}>${second} ${cells.reduce((sum, [, count]) => sum + count, 0)}`);
    return { edges: linesOf(edges).sort(), spans: linesOf(operations).sort(), isJoined };
  }

  it('adds calls between parts, and takes out spans that are in two', async () => {
    const segments = await segmentsOf([span(1, 1), span(2, 1), span(3, 1)], [span(1, 2, 1), span(2, 1), span(4, 1)]);
    const inMemory = [[span(1, 3, 2)]];
    expect(await correct({ segments, inMemory })).toEqual({
      edges: ['s1>s2 1', 's2>s3 1'],
      spans: ['s1> -1'],
      isJoined: true,
    });
  });

  it('leaves what was looked at together before as it is', async () => {
    const before = await segmentsOf([span(1, 1)], [span(1, 2, 1), span(1, 1)]);
    expect(await correct({ before })).toEqual({ edges: [], spans: [], isJoined: true });
    expect((await correct({ before, inMemory: [[span(1, 3, 2)]] })).edges).toEqual(['s2>s3 1']);
  });

  it('has nothing to add where no trace is cut', async () => {
    const segments = await segmentsOf([span(1, 1), span(1, 2, 1)], [span(2, 1)]);
    expect(await correct({ segments })).toEqual({ edges: [], spans: [], isJoined: true });
  });

  it('looks at more traces than it takes together', async () => {
    const traces = Array.from({ length: 2100 }, (_, index) => index + 1);
    const segments = await segmentsOf(
      traces.map((trace) => span(trace, 1)),
      traces.map((trace) => span(trace, 2, 1)),
    );
    const inMemory = [traces.map((trace) => span(trace, 2, 1))];
    expect(await correct({ segments, inMemory }, 6300)).toEqual({
      edges: ['s1>s2 2100'],
      spans: ['s2> -2100'],
      isJoined: true,
    });
  });

  it('looks at as many rows as it may, small traces first, and says when that was not all', async () => {
    const segments = await segmentsOf([span(1, 1), span(1, 2), span(1, 3), span(2, 7)], [span(1, 4, 1), span(2, 8, 7)]);
    expect(await correct({ segments }, 6)).toMatchObject({ edges: ['s1>s4 1', 's7>s8 1'], isJoined: true });
    expect(await correct({ segments }, 5)).toMatchObject({ edges: ['s7>s8 1'], isJoined: false });
    expect(await correct({ segments }, 2)).toMatchObject({ edges: ['s7>s8 1'], isJoined: false });
    expect(await correct({ segments }, 1)).toMatchObject({ edges: [], isJoined: false });
  });
});
