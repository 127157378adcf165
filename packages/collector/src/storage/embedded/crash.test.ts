import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { bodyOf } from '../span-store.conformance.ts';
import { listParts } from './journal/journal-parts.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';

const child = fileURLToPath(new URL('fixtures/append-until-killed.mjs', import.meta.url));
const lib = fileURLToPath(new URL('../../../lib', import.meta.url));

beforeAll(buildWorkers);

describe('EmbeddedSpanStore after a crash', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  /** Runs the child until it has acknowledged `count` bodies, then kills it; answers all it acknowledged. */
  async function appendAndKill(round: number, count: number): Promise<number[]> {
    const running = spawn(process.execPath, [child, lib, directory.path, String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const exited = once(running, 'exit');
    const acknowledged: number[] = [];
    for await (const line of createInterface({ input: running.stdout })) {
      acknowledged.push(Number(line));
      if (acknowledged.length === count) running.kill('SIGKILL');
    }
    await exited;
    return acknowledged;
  }

  it('has every acknowledged span exactly once, whenever it is killed', { timeout: 120_000 }, async () => {
    const rounds: number[][] = [];
    for (const [index, count] of [3, 60, 157].entries()) rounds.push(await appendAndKill(index + 1, count));
    const store = await openSmallStore(directory.path, { segmentRows: 100, rowsPerBlock: 20 });
    for (const [index, acknowledged] of rounds.entries()) {
      expect(acknowledged.length).toBeGreaterThan(0);
      for (const number of acknowledged) {
        const trace = await store.trace([0, index + 1, 0, number]);
        expect({ number, spans: trace.map(({ name }) => name) }).toEqual({
          number,
          spans: ['span 1', 'span 2', 'span 3', 'span 4', 'span 5'],
        });
      }
    }
    const { spansInSegments, spansInHotTable } = store.stats();
    expect((spansInSegments + spansInHotTable) % 5).toBe(0);
    const { statistics, joined } = await store.serviceStatistics({ startMicros: 0, endMicros: 2e15 });
    expect({ joined, counts: statistics.map(({ count }) => count) }).toEqual({
      joined: true,
      counts: [spansInSegments + spansInHotTable],
    });
    await store.close();
  });

  const span = (trace: number) => spanRecord({ traceId3: trace, spanId1: 1, startMicros: trace });

  async function storeWith(...traces: number[]): Promise<void> {
    const store = await openSmallStore(directory.path, { segmentRows: 1000 });
    for (const trace of traces) await store.append(bodyOf([span(trace)]));
    await store.close();
  }

  async function tracesAfterReopen(
    traces: number[],
  ): Promise<{ found: number[]; tornFrames: number; damaged: number }> {
    const store = await openSmallStore(directory.path, { segmentRows: 1000 });
    const found: number[] = [];
    for (const trace of traces) if ((await store.trace([0, 0, 0, trace])).length === 1) found.push(trace);
    const { tornFrames } = store.stats();
    const damaged = store.damage.journalFrames;
    await store.close();
    return { found, tornFrames, damaged };
  }

  function onlyPart(): { path: string; bytes: number } {
    const [part] = listParts(path.join(directory.path, 'journal'));
    if (part === undefined) throw new Error('the journal has no part');
    return part;
  }

  it('drops a body that was not written whole, and only that, once', async () => {
    await storeWith(1, 2, 3);
    truncateSync(onlyPart().path, onlyPart().bytes - 1);
    expect(await tracesAfterReopen([1, 2, 3])).toEqual({ found: [1, 2], tornFrames: 1, damaged: 0 });
    await storeWith(4);
    expect(await tracesAfterReopen([1, 2, 3, 4])).toEqual({ found: [1, 2, 4], tornFrames: 0, damaged: 0 });
  });

  it.each([
    ['half a header', Buffer.alloc(7, 1)],
    ['zeros, as a file system leaves them after power loss', Buffer.alloc(4096)],
    ['a length beyond the end', Buffer.from('ff000000aabbccdd0100000005000000', 'hex')],
    ['a length beyond reason', Buffer.alloc(64, 0xff)],
  ])('ignores a tail of %s', async (_, tail) => {
    await storeWith(1, 2);
    appendFileSync(onlyPart().path, tail);
    expect(await tracesAfterReopen([1, 2])).toEqual({ found: [1, 2], tornFrames: 1, damaged: 0 });
  });

  it('loses one body when one byte in the middle is damaged', async () => {
    await storeWith(1, 2, 3);
    const part = onlyPart().path;
    const bytes = readFileSync(part);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] as number) ^ 1;
    writeFileSync(part, bytes);
    expect(await tracesAfterReopen([1, 2, 3])).toEqual({ found: [1, 3], tornFrames: 0, damaged: 1 });
  });

  it.each([
    ['beyond the end of the part', 0x00ffffff],
    ['beyond reason', 0xffffffff],
    ['too short', 3],
  ])('loses one body when the length of one is damaged: %s', async (_, length) => {
    await storeWith(1, 2, 3, 4, 5);
    const { path: part, bytes: size } = onlyPart();
    const bytes = readFileSync(part);
    const second = 16 + bytes.readUInt32LE(0);
    const third = second + 16 + bytes.readUInt32LE(second);
    bytes.writeUInt32LE(length, second);
    writeFileSync(part, bytes);
    expect(await tracesAfterReopen([1, 2, 3, 4, 5])).toEqual({ found: [1, 3, 4, 5], tornFrames: 0, damaged: 1 });
    expect(onlyPart().bytes).toBe(size);
    const kept = readFileSync(path.join(directory.path, 'quarantine', `1-${second}.unreadable`));
    expect(kept).toEqual(bytes.subarray(second, third));
  });

  it('does not cut a part that others follow, and counts its end as damaged', async () => {
    await storeWith(1, 2);
    await storeWith(3);
    const [first] = listParts(path.join(directory.path, 'journal'));
    if (first === undefined) throw new Error('the journal has no part');
    truncateSync(first.path, first.bytes - 1);
    expect(await tracesAfterReopen([1, 2, 3])).toEqual({ found: [1, 3], tornFrames: 0, damaged: 1 });
    expect(statSync(first.path).size).toBe(first.bytes - 1);
  });

  it('removes what an interrupted segment left and converts its spans again', async () => {
    await storeWith(1, 2);
    const segments = path.join(directory.path, 'segments');
    for (const name of ['1.parquet.tmp', '1.sidecar', '1.rollup', '2.sidecar.tmp', '2.rollup.tmp']) {
      writeFileSync(path.join(segments, `000000000${name}`), 'half');
    }
    expect(await tracesAfterReopen([1, 2])).toEqual({ found: [1, 2], tornFrames: 0, damaged: 0 });
    expect(readdirSync(segments)).toEqual([]);
  });

  it('counts replayed bodies, and a span in both a segment and the journal once', async () => {
    const store = await openSmallStore(directory.path, { segmentRows: 2 });
    for (const trace of [1, 2, 3]) await store.append(bodyOf([span(trace)]));
    await store.close();
    const again = await openSmallStore(directory.path, { segmentRows: 2 });
    const { replayedBodies, spansInSegments, spansInHotTable } = again.stats();
    expect(spansInSegments + spansInHotTable).toBe(3);
    expect(replayedBodies).toBe(spansInHotTable);
    await again.close();
  });
});
