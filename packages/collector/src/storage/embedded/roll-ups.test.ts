import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { SpanKind, spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { baseMicros, bodyOf, eventually, resourceOf } from '../span-store.conformance.ts';
import type { EmbeddedSpanStore } from './embedded-span-store.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';
import type { EmbeddedStoreOptions } from './options.ts';
import { mostMerged } from './rollup/roll-up-keeper.ts';
import { parquetPath, rollUpPath } from './segment/segment-files.ts';

beforeAll(buildWorkers);

const allTimes = { startMicros: 0, endMicros: baseMicros * 2 };
/** No hour in which a test writes is over then. */
const startedAt = Date.now();
const before = () => startedAt;
/** Each is. */
const hoursLater = () => Date.now() + 2 * 3600_000;

/** Trace `trace`: `shop` calls `bank`, and the two halves are in bodies of their own. */
function call(trace: number): SpanRecord[] {
  const parts = { traceId3: trace, startMicros: baseMicros + trace, durationNanos: 5000 };
  return [
    spanRecord({ ...parts, spanId1: 1, kind: SpanKind.client, resource: resourceOf('shop') }),
    spanRecord({ ...parts, spanId1: 2, parentId1: 1, kind: SpanKind.server, resource: resourceOf('bank') }),
  ];
}

describe('EmbeddedSpanStore with roll-ups', { timeout: 60_000 }, () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let folder: string;
  const open: EmbeddedSpanStore[] = [];
  const messages: string[] = [];
  beforeEach(() => {
    directory = temporaryDirectory();
    folder = path.join(directory.path, 'segments');
    messages.length = 0;
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
    directory.remove();
  });

  async function openStore(options: Partial<EmbeddedStoreOptions> = {}): Promise<EmbeddedSpanStore> {
    const log = (message: string): number => messages.push(message);
    const logger = { info: log, warn: log, error: log };
    const store = await openSmallStore(directory.path, {
      segmentRows: 1,
      rowsPerBlock: 1,
      logger,
      now: before,
      ...options,
    });
    open.push(store);
    return store;
  }

  /** Each span becomes a segment. */
  async function write(store: EmbeddedSpanStore, ...spans: SpanRecord[]): Promise<void> {
    const before = store.stats().segments;
    for (const [index, span] of spans.entries()) {
      await store.append(bodyOf([span]));
      await expect.poll(() => store.stats().segments, { timeout: 20_000 }).toBe(before + index + 1);
    }
  }

  const rollUps = (): string[] => readdirSync(folder).filter((name) => name.includes('.rollup'));

  async function untilMerged(name: string): Promise<void> {
    await expect.poll(rollUps, { timeout: 20_000 }).toEqual([name]);
  }

  /** What is known, without examples. */
  async function answers(store: EmbeddedSpanStore): Promise<unknown> {
    const { statistics, completeFromMicros, joined } = await store.serviceStatistics(allTimes);
    const { edges } = await store.serviceEdges(allTimes);
    return {
      completeFromMicros,
      joined,
      services: statistics.map(({ service, count }) => `${service} ${count}`),
      edges: edges.map(({ caller, callee, count }) => `${caller} > ${callee} ${count}`),
    };
  }

  const whole = (count: number) => ({
    completeFromMicros: 0,
    joined: true,
    services: [`bank ${count}`, `shop ${count}`],
    edges: [`shop > bank ${count}`],
  });

  it('joins a trace that the boundary of two segments cuts, before the hourly merge and by it', async () => {
    const store = await openStore();
    await write(store, ...call(1));
    expect(rollUps()).toEqual(['0000000001.rollup', '0000000002.rollup']);
    expect(await answers(store)).toEqual(whole(1));
    await store.close();
    const later = await openStore({ now: hoursLater });
    await untilMerged('0000000001-0000000002.rollup');
    expect(await answers(later)).toEqual(whole(1));
    await later.close();
    expect(await answers(await openStore())).toEqual(whole(1));
  });

  it('joins a trace that is cut between what is merged, what is not yet, and what is in memory', async () => {
    const first = await openStore();
    const [client, server] = call(1) as [SpanRecord, SpanRecord];
    const [second, answered] = call(2) as [SpanRecord, SpanRecord];
    await write(first, client, second);
    await first.close();
    const merger = await openStore({ now: hoursLater });
    await untilMerged('0000000001-0000000002.rollup');
    await merger.close();
    const store = await openStore();
    await write(store, server);
    // Sent again, it is the same span; in the file of the segment it is another.
    await write(store, client);
    await store.close();
    expect(rollUps()).toHaveLength(3);
    const memory = await openStore({ segmentRows: 100 });
    await memory.append(bodyOf([answered, second]));
    expect(
      await eventually(
        () => answers(memory),
        (found) => JSON.stringify(found).includes('bank 2'),
      ),
    ).toEqual(whole(2));
  });

  it(`merges ${mostMerged} segments before their hour is over, and no fewer`, async () => {
    const store = await openStore();
    const spans = Array.from({ length: mostMerged / 2 }, (_, index) => call(index + 1)).flat();
    await write(store, ...spans.slice(0, -1));
    expect(rollUps()).toHaveLength(mostMerged - 1);
    await write(store, ...spans.slice(-1));
    await untilMerged('0000000001-0000000032.rollup');
    expect(await answers(store)).toEqual(whole(mostMerged / 2));
  });

  it('has the old or the new roll-ups, whenever a merge is cut short', async () => {
    const store = await openStore();
    await write(store, ...call(1), ...call(2));
    await store.close();
    const kept = path.join(directory.path, 'kept');
    mkdirSync(kept);
    for (const name of rollUps()) copyFileSync(path.join(folder, name), path.join(kept, name));
    // Closed at once, whether it has begun or not.
    await (await openStore({ now: hoursLater })).close();
    const merger = await openStore({ now: hoursLater });
    await untilMerged('0000000001-0000000004.rollup');
    await merger.close();
    // Killed before the new file had its name: the old ones are there, and half of the new one.
    const restore = (names: string[]) =>
      names.forEach((name) => copyFileSync(path.join(kept, name), path.join(folder, name)));
    const merged = path.join(folder, '0000000001-0000000004.rollup');
    copyFileSync(merged, path.join(kept, 'merged'));
    const old = readdirSync(kept).filter((name) => name.endsWith('.rollup'));
    rmSync(merged);
    restore(old);
    writeFileSync(`${merged}.tmp`, 'half');
    const early = await openStore();
    expect(await answers(early)).toEqual(whole(2));
    expect(rollUps()).toEqual(old);
    await early.close();
    // Killed while the old ones were removed.
    copyFileSync(path.join(kept, 'merged'), merged);
    restore(old.slice(1));
    const late = await openStore();
    expect(await answers(late)).toEqual(whole(2));
    expect(rollUps()).toEqual(['0000000001-0000000004.rollup']);
  });

  it('makes roll-ups of segments that an older format left without, in the background', async () => {
    const store = await openStore();
    await write(store, ...call(1), ...call(2));
    await store.close();
    for (const name of rollUps()) rmSync(path.join(folder, name));
    writeFileSync(path.join(directory.path, 'format.json'), '{"format":"spanwise-store","version":1}');
    const later = await openStore();
    await expect.poll(() => answers(later), { timeout: 20_000 }).toEqual(whole(2));
    expect(rollUps()).toHaveLength(4);
  });

  it('says from when on it is complete while a segment has no roll-up, here because it cannot be read', async () => {
    const store = await openStore();
    await write(store, ...call(1), ...call(2));
    await store.close();
    rmSync(rollUpPath(folder, 1));
    truncateSync(parquetPath(folder, 1), statSync(parquetPath(folder, 1)).size - 10);
    const later = await openStore();
    expect(await answers(later)).toMatchObject({
      completeFromMicros: baseMicros + 2,
      services: ['bank 2', 'shop 1'],
      edges: ['shop > bank 1'],
    });
    const minute = 60_000_000;
    const { completeFromMicros } = await later.serviceEdges({ startMicros: 0, endMicros: baseMicros - minute });
    expect(completeFromMicros).toBe(0);
    await expect.poll(() => messages.join('\n'), { timeout: 20_000 }).toContain('segment 1 is in no roll-up');
    await later.close();
  });

  it('makes a roll-up again that is damaged, also a merged one', async () => {
    const store = await openStore();
    await write(store, ...call(1));
    await store.close();
    writeFileSync(rollUpPath(folder, 2), 'damaged');
    const mended = await openStore({ now: hoursLater });
    await untilMerged('0000000001-0000000002.rollup');
    expect(await answers(mended)).toEqual(whole(1));
    await mended.close();
    truncateSync(path.join(folder, '0000000001-0000000002.rollup'), 30);
    const again = await openStore({ now: hoursLater });
    await expect.poll(() => answers(again), { timeout: 20_000 }).toEqual(whole(1));
    expect(messages.join('\n')).toContain('0000000001-0000000002.rollup is not used');
  });

  it('removes a merged roll-up with the last of its segments', async () => {
    const store = await openStore();
    await write(store, ...call(1));
    await store.close();
    const later = await openStore({ now: hoursLater });
    await untilMerged('0000000001-0000000002.rollup');
    await later.close();
    const last = await openStore({ now: hoursLater, retentionAgeMillis: 1 });
    expect(readdirSync(folder)).toEqual([]);
    expect(await answers(last)).toEqual({ completeFromMicros: 0, joined: true, services: [], edges: [] });
  });

  it('does not take the roll-up of a segment for that of another which has its number now', async () => {
    const store = await openStore();
    await write(store, ...call(1));
    await store.close();
    const later = await openStore({ now: hoursLater });
    await untilMerged('0000000001-0000000002.rollup');
    await later.close();
    const merged = path.join(folder, '0000000001-0000000002.rollup');
    const kept = path.join(directory.path, 'kept');
    copyFileSync(merged, kept);
    await (await openStore({ now: hoursLater, retentionAgeMillis: 1 })).close();
    const anew = await openStore();
    await write(anew, ...call(3));
    await anew.close();
    expect(readdirSync(folder)).toContain('0000000001.parquet');
    copyFileSync(kept, merged);
    expect(await answers(await openStore())).toEqual(whole(1));
    expect(rollUps()).toEqual(['0000000001.rollup', '0000000002.rollup']);
  });
});
