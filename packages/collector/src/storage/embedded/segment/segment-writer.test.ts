import { readdirSync } from 'node:fs';

import { DuckDBInstance } from '@duckdb/node-api';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Generation } from '../hot/generation.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import type { WritingMemory } from './parquet-writer.ts';
import { parquetPath } from './segment-files.ts';
import { SegmentWriter } from './segment-writer.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const fitsAlone = (): Promise<void> => Promise.reject(new Error('a row is said to be too large'));
const from = { part: 1, offset: 20 };
const to = { part: 3, offset: 4 };

/** Row `index` has a text of `sizes[index]` characters. */
function generationOf(sizes: readonly number[]): Generation {
  const generation = new Generation(sizes.length, 512, from);
  for (const [row, size] of sizes.entries()) {
    generation.add(
      spanRecord({ traceId3: row + 1, spanId1: 1, startMicros: row + 1, attributes: ['padding', 'x'.repeat(size)] }),
    );
  }
  return generation;
}

describe('SegmentWriter', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  const open: SegmentWriter[] = [];
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => {
    for (const writer of open.splice(0)) writer.close();
    directory.remove();
  });

  async function writerWith(memory: WritingMemory): Promise<SegmentWriter> {
    const writer = await SegmentWriter.open(directory.path, memory, turn);
    open.push(writer);
    return writer;
  }

  /** Trace numbers in segments, in order. */
  async function tracesIn(numbers: readonly number[]): Promise<number[]> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const traces: number[] = [];
    for (const number of numbers) {
      const result = await connection.runAndReadAll(
        `SELECT trace_lo FROM read_parquet('${parquetPath(directory.path, number)}', file_row_number = true) ORDER BY file_row_number`,
      );
      traces.push(...result.getRows().map(([trace]) => Number(trace)));
    }
    connection.closeSync();
    instance.closeSync();
    return traces;
  }

  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  it('takes more memory for what does not fit into the usual, and gives it back', { timeout: 60_000 }, async () => {
    const sizes = upTo(4096).map(() => 10_000);
    const writer = await writerWith({ usualMegabytes: 16, mostMegabytes: 2048 });
    const [segment, ...others] = await writer.write(1, generationOf(sizes), to, fitsAlone);
    expect([segment?.header.rows, others]).toEqual([4096, []]);
    expect(writer.memoryLimitMegabytes).toBe(16);
    const bounded = await writerWith({ usualMegabytes: 16, mostMegabytes: 16 });
    expect((await bounded.write(2, generationOf(sizes), to, fitsAlone)).length).toBeGreaterThan(1);
  });

  it('writes what does not fit into the most memory as several segments, the last for all', async () => {
    const writer = await writerWith({ usualMegabytes: 8, mostMegabytes: 16 });
    const generation = generationOf(upTo(3000).map(() => 10_000));
    const segments = await writer.write(5, generation, to, fitsAlone);
    expect(segments.length).toBeGreaterThan(2);
    expect(segments.length).toBeLessThan(20);
    expect(segments.map(({ number }) => number)).toEqual(segments.map((_, index) => 5 + index));
    expect(segments.map(({ header }) => header.from)).toEqual(segments.map(() => from));
    expect(segments.map(({ header }) => header.to)).toEqual([...segments.slice(1).map(() => from), to]);
    expect(await tracesIn(segments.map(({ number }) => number))).toEqual(upTo(3000));
    expect(readdirSync(directory.path)).toHaveLength(segments.length * 3);
    expect(writer.memoryLimitMegabytes).toBe(8);
  });

  it('leaves out a row that is too large for a segment of its own, and no other', async () => {
    const writer = await writerWith({ usualMegabytes: 16, mostMegabytes: 16 });
    const tooLarge: SpanRecord[] = [];
    const generation = generationOf([10, 2e6, 8e6, 10, 9e6]);
    const keep = async (span: SpanRecord): Promise<void> => void tooLarge.push(span);
    const segments = await writer.write(1, generation, to, keep);
    expect(segments.map(({ number, header: { rows, to } }) => ({ number, rows, to }))).toEqual([
      { number: 1, rows: 3, to },
    ]);
    expect(await tracesIn([1])).toEqual([1, 2, 4]);
    expect(tooLarge.map(({ traceId3, attributes }) => [traceId3, (attributes[1] as string).length])).toEqual([
      [3, 8e6],
      [5, 9e6],
    ]);
    expect(generation.liveRows).toBe(3);
  });

  it('writes nothing when no row is left', async () => {
    const writer = await writerWith({ usualMegabytes: 16, mostMegabytes: 16 });
    expect(await writer.write(1, generationOf([8e6]), to, async () => {})).toEqual([]);
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('leaves nothing behind, and keeps the rows, when a row that is too large cannot be kept', async () => {
    const writer = await writerWith({ usualMegabytes: 16, mostMegabytes: 16 });
    const generation = generationOf([10, 8e6, 10]);
    await expect(writer.write(1, generation, to, fitsAlone)).rejects.toThrow('said to be too large');
    expect(readdirSync(directory.path)).toEqual([]);
    expect(generation.liveRows).toBe(3);
    expect(await writer.write(1, generation, to, async () => {})).toHaveLength(1);
  });

  it('does not take small rows for the reason when memory is short', async () => {
    const writer = await writerWith({ usualMegabytes: 1, mostMegabytes: 1 });
    await expect(writer.write(1, generationOf([10, 10]), to, fitsAlone)).rejects.toThrow(/could not|failed to/);
    expect(readdirSync(directory.path)).toEqual([]);
  });
});
