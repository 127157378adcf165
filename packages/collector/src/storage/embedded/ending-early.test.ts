import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { bodyOf } from '../span-store.conformance.ts';
import type { EmbeddedSpanStore } from './embedded-span-store.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';

const spansInBody = 1_000;
const bodies = 40;
/** Its Parquet file takes DuckDB a good part of a second, and its rows come together within that. */
const segmentRows = bodies * spansInBody;
const options = { segmentRows, rowsPerBlock: 5_000, backlogBytes: 2 ** 30 };

beforeAll(buildWorkers);

describe('EmbeddedSpanStore', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const filesIn = (folder: string): string[] => readdirSync(path.join(directory.path, folder));

  async function appendSegment(store: EmbeddedSpanStore): Promise<void> {
    for (let body = 0; body < bodies; body++) await store.append(bodyOf(spansOf(body)));
  }

  it('does not wait for the segment under construction when it is closed, and loses nothing', async () => {
    const store = await openSmallStore(directory.path, options);
    await appendSegment(store);
    await expect.poll(() => filesIn('segments'), { timeout: 15_000, interval: 1 }).toContain('0000000001.parquet.tmp');
    await store.close();
    expect(filesIn('segments')).toEqual([]);

    const again = await openSmallStore(directory.path, options);
    expect(await again.trace([0, 0, 0, bodies])).toHaveLength(spansInBody);
    expect(again.stats()).toMatchObject({ replayedBodies: bodies, damagedFrames: 0, tornFrames: 0 });
    await again.close();
  });

  it('can be told in the middle of a replay not to open, and opens later', async () => {
    const store = await openSmallStore(directory.path, { ...options, segmentRows: segmentRows * 2 });
    await appendSegment(store);
    await store.close();

    const stop = new AbortController();
    const opening = openSmallStore(directory.path, { ...options, signal: stop.signal });
    await expect.poll(() => existsSync(path.join(directory.path, 'lock')), { interval: 1 }).toBe(true);
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    expect(existsSync(path.join(directory.path, 'lock'))).toBe(false);

    const again = await openSmallStore(directory.path, options);
    expect(await again.trace([0, 0, 0, bodies])).toHaveLength(spansInBody);
    await again.close();
  });

  it('can be told not to wait for another that has the directory', async () => {
    const lock = JSON.stringify({ pid: process.pid, started: '1', scope: 'elsewhere' });
    writeFileSync(path.join(directory.path, 'lock'), lock);
    const opening = openSmallStore(directory.path, { signal: AbortSignal.timeout(1) });
    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(existsSync(path.join(directory.path, 'lock'))).toBe(true);
  });

  it('does not open when it was told so before, and does not mind being told afterwards', async () => {
    await expect(openSmallStore(directory.path, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const stop = new AbortController();
    const store = await openSmallStore(directory.path, { signal: stop.signal });
    stop.abort();
    await store.append(bodyOf(spansOf(1).slice(0, 1)));
    await store.close();
  });
});

function spansOf(body: number) {
  return Array.from({ length: spansInBody }, (_, at) =>
    spanRecord({
      traceId3: body + 1,
      spanId1: at + 1,
      startMicros: 1_700_000_000_000_000 + body * spansInBody + at,
      durationNanos: 1_000,
      attributes: ['http.url', `http://shop/items/${body}/${at}`, 'turn', body * 31 + at],
    }),
  );
}
