import { DuckDBInstance } from '@duckdb/node-api';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resourceOf } from '../../span-store.conformance.ts';
import { Generation } from '../hot/generation.ts';
import { journalStart } from '../journal/journal-position.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { needlesOf } from '../rows/search-needle.ts';
import { serviceHash, serviceOperationHash, traceHash } from '../rows/text-hash.ts';
import { parquetPath, sidecarPath } from './segment-files.ts';
import { rangesOf, traceLowSql } from './segment-sql.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { SidecarHeader } from './sidecar-format.ts';
import { SidecarReader } from './sidecar-reader.ts';

const rows = 5000;
const memory = { usualMegabytes: 64, mostMegabytes: 64 };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const fitsAlone = (): Promise<void> => Promise.reject(new Error('a row is said to be too large'));
const high = (row: number): number => Math.imul(row + 1, 0x9e3779b1);
const low = (row: number): number => Math.imul(row + 1, 0x85ebca6b);

function spanOf(row: number) {
  return spanRecord({
    traceId0: high(row),
    traceId1: -1,
    traceId2: low(row),
    traceId3: row,
    spanId0: -row,
    spanId1: row + 1,
    name: `operation ${row % 7}`,
    startMicros: 1000 + row,
    durationNanos: row % 100 === 3 ? undefined : row,
    attributes: ['row', row, 'text', `value ${row}`],
    resource: resourceOf(`service ${Math.floor(row / 1000)}`),
  });
}

describe('a segment', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let instance: DuckDBInstance;
  let reader: SidecarReader;

  beforeEach(async () => {
    directory = temporaryDirectory();
    const generation = new Generation(rows, 500, journalStart);
    for (let row = 0; row < rows; row++) generation.add(spanOf(row));
    const writer = await SegmentWriter.open(directory.path, memory, turn);
    await writer.write(1, generation, { part: 3, offset: 4 }, fitsAlone);
    writer.close();
    reader = new SidecarReader(sidecarPath(directory.path, 1));
    instance = await DuckDBInstance.create(':memory:');
  });
  afterEach(() => {
    reader.close();
    instance.closeSync();
    directory.remove();
  });

  async function select(sql: string): Promise<unknown[][]> {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      sql.replace('SEGMENT', `read_parquet('${parquetPath(directory.path, 1)}', file_row_number = true)`),
    );
    connection.closeSync();
    return result.getRows();
  }

  it('finds every known trace by its id: DuckDB has answered "none" for ids of other types', async () => {
    for (let row = 0; row < rows; row += 97) {
      const id = `trace_lo = ${traceLowSql(low(row), row)}`;
      expect(await select(`SELECT file_row_number, span_id, start_us FROM SEGMENT WHERE ${id}`)).toEqual([
        [BigInt(row), (BigInt(-row >>> 0) << 32n) | BigInt(row + 1), BigInt(1000 + row)],
      ]);
    }
    expect(await select('SELECT count(DISTINCT trace_hi), count(DISTINCT trace_lo), count(*) FROM SEGMENT')).toEqual([
      [BigInt(rows), BigInt(rows), BigInt(rows)],
    ]);
  });

  it('keeps 64-bit columns as integers and absent durations as NULL', async () => {
    expect(
      await select(
        'SELECT DISTINCT typeof(trace_hi), typeof(trace_lo), typeof(span_id), typeof(start_us) FROM SEGMENT',
      ),
    ).toEqual([['UBIGINT', 'UBIGINT', 'UBIGINT', 'BIGINT']]);
    const absent = await select('SELECT file_row_number FROM SEGMENT WHERE duration_ns IS NULL ORDER BY 1');
    expect(absent.map(([row]) => Number(row))).toEqual(
      Array.from({ length: rows / 100 }, (_, index) => index * 100 + 3),
    );
    expect(await select('SELECT count(*) FROM SEGMENT WHERE duration_ns = file_row_number')).toEqual([
      [BigInt(rows - rows / 100)],
    ]);
  });

  it('names in its sidecar what it covers', () => {
    expect(reader.header).toMatchObject({
      rows,
      minStartMicros: 1000,
      maxStartMicros: 5999,
      from: journalStart,
      to: { part: 3, offset: 4 },
    });
    expect(reader.header.blockStarts).toEqual(Array.from({ length: 10 }, (_, block) => block * 500));
  });

  it('finds the block of every trace, and none for nearly every other id', () => {
    let wrong = 0;
    for (let row = 0; row < rows; row++) {
      expect(reader.blocksOfTrace(traceHash(low(row), row))).toBe(1 << Math.floor(row / 500));
      if (reader.blocksOfTrace(traceHash(row, 0x7fff0000 + row)) !== 0) wrong++;
    }
    expect(wrong).toBeLessThan(5);
  });

  it('never rules out a block that has an entry, and rules out nearly all others', () => {
    let passed = 0;
    for (let row = 0; row < rows; row++) {
      const block = 1 << Math.floor(row / 500);
      const [{ hash } = { hash: 0 }] = needlesOf({ key: 'text', value: `value ${row}` });
      expect(reader.blocksWith([hash]) & block).toBe(block);
      expect(
        reader.blocksWith([serviceOperationHash(`service ${Math.floor(row / 1000)}`, `operation ${row % 7}`)]) & block,
      ).toBe(block);
      if (reader.blocksWith(needlesOf({ key: 'text', value: `absent ${row}` }).map((needle) => needle.hash)) !== 0)
        passed++;
    }
    expect(passed / rows).toBeLessThan(0.05);
    expect(reader.blocksWith([serviceHash('SERVICE 0')])).toBe(0b11);
  });

  it('reads only the rows of the blocks asked for', () => {
    expect(rangesOf(reader.header, 0b0000000011)).toEqual([{ from: 0, to: 1000 }]);
    expect(rangesOf(reader.header, 0b1000000101)).toEqual([
      { from: 0, to: 500 },
      { from: 1000, to: 1500 },
      { from: 4500, to: 5000 },
    ]);
    expect(rangesOf(reader.header, 0)).toEqual([]);
  });
});

describe('a segment of a generation with replaced rows', () => {
  it('has the rows that count, and blocks that say where they are', async () => {
    const directory = temporaryDirectory();
    const generation = new Generation(16, 2, journalStart);
    for (const [trace, durationNanos] of [
      [1, 1],
      [2, 1],
      [1, 2],
      [3, 1],
      [2, 9],
    ] as const) {
      generation.add(spanRecord({ traceId3: trace, spanId1: 1, startMicros: trace, durationNanos }));
    }
    const writer = await SegmentWriter.open(directory.path, memory, turn);
    const [segment] = await writer.write(7, generation, journalStart, fitsAlone);
    writer.close();
    const header = segment?.header as SidecarHeader;
    expect(header).toMatchObject({ rows: 3, blockStarts: [0, 0, 2] });
    const reader = new SidecarReader(sidecarPath(directory.path, 7));
    const blocks = [1, 2, 3].map((trace) => rangesOf(header, reader.blocksOfTrace(traceHash(0, trace))));
    expect(blocks).toEqual([[{ from: 0, to: 2 }], [{ from: 2, to: 3 }], [{ from: 0, to: 2 }]]);
    reader.close();
    directory.remove();
  });
});
