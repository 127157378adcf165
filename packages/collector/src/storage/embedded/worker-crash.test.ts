import { readdirSync } from 'node:fs';
import path from 'node:path';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ReplayingError } from '../span-store.ts';
import { bodyOf, eventually, searchFor } from '../span-store.conformance.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';

beforeAll(buildWorkers);

describe('EmbeddedSpanStore when a worker ends by itself', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const body = (trace: number) => bodyOf([spanRecord({ traceId3: trace, spanId1: 1, startMicros: trace })]);

  it('replays what was acknowledged, answers open questions, and goes on', async () => {
    const messages: string[] = [];
    const log = (message: string): number => messages.push(message);
    const store = await openSmallStore(directory.path, {
      workerDirectory: new URL('fixtures/crashing-workers/', import.meta.url),
      logger: { info: log, warn: log, error: log },
    });
    for (let trace = 1; trace <= 6; trace++) await store.append(body(trace));
    await eventually(
      async () => store.workerRestarts,
      (restarts) => restarts === 1,
    );
    for (let trace = 1; trace <= 6; trace++) {
      expect(
        await eventually(
          () => store.trace([0, 0, 0, trace]),
          (found) => found.length > 0,
        ),
      ).toHaveLength(1);
    }
    expect(store.workerRestarts).toBe(1);
    expect(messages.join('\n')).toMatch(
      /ingest worker ended \(ended on purpose\)[^]*query worker ended \(ended on purpose\)/,
    );
    await store.close();
  });

  it('answers or says that it cannot while the ingest worker says nothing', async () => {
    const store = await openSmallStore(directory.path, {
      workerDirectory: new URL('fixtures/silent-worker/', import.meta.url),
      searchBudgetMillis: 30,
    });
    await expect(store.trace([0, 0, 0, 1])).rejects.toThrow(ReplayingError);
    await expect(store.encodeTrace([0, 0, 0, 1], 'columns')).rejects.toThrow(ReplayingError);
    await expect(store.services()).rejects.toThrow(ReplayingError);
    await expect(store.operations('a')).rejects.toThrow(ReplayingError);
    expect(await store.search(searchFor({}))).toMatchObject({ traces: [], complete: false });
    await store.close();
  });

  it('puts no body aside when the ingest worker ends twice between bodies', async () => {
    const store = await openSmallStore(directory.path, { segmentRows: 100 });
    await store.append(body(1));
    await store.close();
    const again = await openSmallStore(directory.path, {
      workerDirectory: new URL('fixtures/dying-worker/', import.meta.url),
    });
    await eventually(
      async () => again.workerRestarts,
      (restarts) => restarts === 2,
    );
    expect(await again.trace([0, 0, 0, 1])).toHaveLength(1);
    expect(again.quarantinedBodies).toBe(0);
    await again.close();
  });

  it('puts a body aside at which the ingest worker ended twice', async () => {
    const store = await openSmallStore(directory.path, { segmentRows: 100 });
    for (const trace of [1, 2]) await store.append(body(trace));
    await store.close();
    const again = await openSmallStore(directory.path, {
      workerDirectory: new URL('fixtures/poisoned-worker/', import.meta.url),
    });
    expect(await again.trace([0, 0, 0, 1])).toEqual([]);
    expect(await again.trace([0, 0, 0, 2])).toHaveLength(1);
    expect(again.quarantinedBodies).toBe(1);
    expect(readdirSync(path.join(directory.path, 'quarantine'))).toEqual(['1-0.otlp.binpb']);
    await again.close();
  });
});
