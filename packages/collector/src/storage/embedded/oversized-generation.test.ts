import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SpanKind, spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { bodyCodecs } from '../../formats/body-codecs.ts';
import { bodyOf, eventually, resourceOf, searchFor } from '../span-store.conformance.ts';
import type { EmbeddedSpanStore } from './embedded-span-store.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';
import { parquetPath } from './segment/segment-files.ts';

beforeAll(buildWorkers);

/** Rows of 60 kB: 8 MB are enough to write some dozens of them. */
const textBytes = 60_000;
const traces = Array.from({ length: 120 }, (_, index) => index + 1);

describe('EmbeddedSpanStore with rows that do not fit into the most memory', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  const open: EmbeddedSpanStore[] = [];
  const messages: string[] = [];
  beforeEach(() => {
    directory = temporaryDirectory();
    messages.length = 0;
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
    directory.remove();
  });

  async function openStore(segmentRows: number): Promise<EmbeddedSpanStore> {
    const log = (message: string): number => messages.push(message);
    const store = await openSmallStore(directory.path, {
      segmentRows,
      rowsPerBlock: 2048,
      memoryLimitMegabytes: 8,
      mostMemoryMegabytes: 8,
      logger: { info: log, warn: log, error: log },
    });
    open.push(store);
    return store;
  }

  const span = (trace: number, textBytes: number) =>
    spanRecord({
      traceId3: trace,
      spanId1: 1,
      kind: SpanKind.internal,
      startMicros: trace,
      name: `span ${trace}`,
      attributes: ['text', 'x'.repeat(textBytes)],
      resource: resourceOf('shop'),
    });

  /** Under load it takes longer than what `eventually` grants. */
  async function untilWritten(store: EmbeddedSpanStore): Promise<void> {
    await expect.poll(() => store.stats(), { timeout: 30_000 }).toMatchObject({ spansInHotTable: 0, backlogBytes: 0 });
  }

  async function expectEachOnce(store: EmbeddedSpanStore): Promise<void> {
    const found = (await store.search(searchFor({ service: 'shop', limit: 200 }))).traces;
    const expected = traces.map((trace) => ({ name: `span ${trace}`, spanCount: 1 }));
    expect(found.map(({ rootName: name, spanCount }) => ({ name, spanCount }))).toEqual(expected.reverse());
    for (const trace of traces.filter((trace) => trace % 20 === 1)) {
      expect(await store.trace([0, 0, 0, trace])).toEqual([span(trace, textBytes)]);
    }
    expect(await store.operations('shop')).toHaveLength(traces.length);
    const { statistics } = await store.serviceStatistics({ startMicros: 0, endMicros: 1000 });
    expect(statistics).toMatchObject([{ service: 'shop', count: traces.length }]);
  }

  /** Answers how many segments there are. */
  async function storeInParts(): Promise<number> {
    const store = await openStore(traces.length);
    await store.append(bodyOf(traces.map((trace) => span(trace, textBytes))));
    await untilWritten(store);
    const { segments, spansInSegments } = store.stats();
    expect(spansInSegments).toBe(traces.length);
    expect(segments).toBeGreaterThan(2);
    await expectEachOnce(store);
    await store.close();
    return segments;
  }

  it('writes them as several segments, which a start finds complete', { timeout: 60_000 }, async () => {
    const segments = await storeInParts();
    expect(messages.join('\n')).toContain(`became ${segments} segments`);
    const again = await openStore(traces.length);
    expect(again.stats()).toMatchObject({ replayedBodies: 0, segments, spansInHotTable: 0 });
    await expectEachOnce(again);
  });

  it.each([
    ['only the first', 1],
    ['all but the last', -1],
  ])('has every span once when it was killed with %s of them in place', { timeout: 60_000 }, async (_, kept) => {
    const segments = await storeInParts();
    const inPlace = kept > 0 ? kept : segments + kept;
    const folder = path.join(directory.path, 'segments');
    for (let number = inPlace + 1; number <= segments; number++) rmSync(parquetPath(folder, number));
    // Rows stay in memory: the parts that are in place and the journal have the same spans.
    const replayed = await openStore(traces.length * 2);
    expect(replayed.stats()).toMatchObject({ replayedBodies: 1, segments: inPlace, spansInHotTable: traces.length });
    await expectEachOnce(replayed);
    await replayed.close();
    const written = await openStore(traces.length);
    await untilWritten(written);
    await expectEachOnce(written);
    await written.close();
    const again = await openStore(traces.length);
    expect(again.stats().replayedBodies).toBe(0);
    await expectEachOnce(again);
  });

  it('puts a span aside that fits into no segment, and goes on', { timeout: 60_000 }, async () => {
    const store = await openStore(3);
    await store.append(bodyOf([span(1, 10), span(2, 4e6), span(3, 10)]));
    await untilWritten(store);
    await store.append(bodyOf([span(4, 10)]));
    const found = [1, 2, 3, 4].map((trace) =>
      eventually(
        () => store.trace([0, 0, 0, trace]),
        (spans) => trace === 2 || spans.length > 0,
      ),
    );
    expect((await Promise.all(found)).map((spans) => spans.length)).toEqual([1, 0, 1, 1]);
    expect(store.stats()).toMatchObject({ segments: 1, spansInSegments: 2, quarantinedSpans: 1, quarantinedBodies: 0 });
    expect(messages.join('\n')).toContain('an acknowledged span is too large for any segment; kept as');
    const quarantine = path.join(directory.path, 'quarantine');
    expect(readdirSync(quarantine)).toEqual(['00000000000000000000000000000002-0000000000000001-1-0-2-0.otlp.binpb']);
    const [file = ''] = readdirSync(quarantine);
    const kept = bodyCodecs.otlpProtobuf.decode(readFileSync(path.join(quarantine, file)));
    expect(kept).toEqual([span(2, 4e6)]);
  });

  it('does not convert a span again that was put aside without a segment beside it', { timeout: 60_000 }, async () => {
    const store = await openStore(1);
    await store.append(bodyOf([span(1, 4e6)]));
    await expect.poll(() => existsSync(path.join(directory.path, 'checkpoint.json')), { timeout: 30_000 }).toBe(true);
    expect(store.stats().quarantinedSpans).toBe(1);
    await store.close();
    const again = await openStore(1);
    expect(again.stats()).toMatchObject({ replayedBodies: 0, segments: 0, spansInHotTable: 0, quarantinedSpans: 0 });
    await again.append(bodyOf([span(2, 10)]));
    await untilWritten(again);
    expect(again.stats()).toMatchObject({ segments: 1, spansInSegments: 1 });
  });
});
