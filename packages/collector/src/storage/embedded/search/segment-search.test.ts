import { unlinkSync } from 'node:fs';

import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { searchFor } from '../../span-store.conformance.ts';
import { Generation } from '../hot/generation.ts';
import { journalStart } from '../journal/journal-position.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { sidecarPath } from '../segment/segment-files.ts';
import { SegmentSet } from '../segment/segment-set.ts';
import { SegmentWriter } from '../segment/segment-writer.ts';
import { Database } from './database.ts';
import { QueryConnection } from './query-connection.ts';
import { plansOf } from './search-plan.ts';
import { SegmentSearch } from './segment-search.ts';
import { OutOfTime, TimeBudget } from './time-budget.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const fitsAlone = (): Promise<void> => Promise.reject(new Error('a row is said to be too large'));
const search = searchFor({ tags: [{ key: 'k' }, { key: 'l' }, { key: 'm' }], service: '', match: 'trace' });
const [byK, byL, byM] = plansOf(search) as [ReturnType<typeof plansOf>[0], ...ReturnType<typeof plansOf>];

describe('SegmentSearch', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let segments: SegmentSet;
  const connection = new QueryConnection(new Database(64));

  /** Segments 1 to 40, one block each; all have `k`, the first twenty `l`, none has `m`. */
  beforeEach(async () => {
    directory = temporaryDirectory();
    segments = new SegmentSet(directory.path, { sidecars: 1, catalogues: 1 });
    const writer = await SegmentWriter.open(directory.path, { usualMegabytes: 64, mostMegabytes: 64 }, turn);
    for (let number = 1; number <= 40; number++) {
      const generation = new Generation(1, 1, journalStart);
      const attributes = number <= 20 ? ['k', 1, 'l', 1] : ['k', 1];
      generation.add(spanRecord({ traceId3: number, spanId1: 1, startMicros: number, attributes }));
      for (const segment of await writer.write(number, generation, { part: number, offset: 0 }, fitsAlone))
        segments.add(segment);
    }
    writer.close();
  });
  afterEach(() => {
    segments.clear();
    directory.remove();
  });

  it('compares plans by the newest 32 segments of the time range', () => {
    const searched = new SegmentSearch(connection, segments);
    expect([byK, byL, byM].map((plan) => searched.cost(plan!))).toEqual([32, 12, 0]);
    const older = { search: { ...search, endMicros: 5 }, criteria: byL!.criteria };
    expect(searched.cost(older)).toBe(5);
  });

  it('reads a filter once for a search, which compares plans and finds candidates by it', async () => {
    const searched = new SegmentSearch(connection, segments);
    expect(searched.cost(byM!)).toBe(0);
    for (const { number } of segments.list()) unlinkSync(sidecarPath(directory.path, number));
    expect(searched.cost(byM!)).toBe(0);
    const newest = searched.sources(byM!, new Set()).slice(-32);
    expect(await Promise.all(newest.map((source) => source.candidates(1)))).toEqual(newest.map(() => []));
  });

  it('names every segment of the time range once', () => {
    const searched = new SegmentSearch(connection, segments);
    const seen = new Set([7]);
    const within = { search: { ...search, startMicros: 5, endMicros: 9 }, criteria: byK.criteria };
    expect(searched.sources(within, seen).map(({ newestMicros }) => newestMicros)).toEqual([5, 6, 8, 9]);
    expect(searched.sources(within, seen)).toEqual([]);
  });

  it('ends between two segments when the time is up', async () => {
    const budget = new TimeBudget(0);
    const searched = new SegmentSearch(connection, segments, budget);
    expect(() => searched.cost(byK)).toThrow(OutOfTime);
    const [source] = searched.sources(byK, new Set());
    await expect(source?.candidates(1)).rejects.toThrow(OutOfTime);
    await expect(searched.rows([[0, 9]])).rejects.toThrow(OutOfTime);
    budget.release();
  });
});
