import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { BodyFormat } from '../../formats/body-format.ts';
import { OverloadedError, StorageFailedError } from '../span-store.ts';
import { baseMicros, bodyOf, eventually, searchFor } from '../span-store.conformance.ts';
import { openEmbeddedStore } from './embedded-span-store.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';

beforeAll(buildWorkers);

describe('EmbeddedSpanStore', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const span = (trace: number, startMicros = trace) => spanRecord({ traceId3: trace, spanId1: 1, startMicros });

  it('refuses a directory that another process uses', async () => {
    writeFileSync(path.join(directory.path, 'lock'), JSON.stringify({ pid: process.ppid, started: '' }));
    await expect(openEmbeddedStore({ directory: directory.path })).rejects.toThrow(`in use by process ${process.ppid}`);
  });

  it('refuses a directory that this process uses, until it is closed', async () => {
    const store = await openSmallStore(directory.path);
    await expect(openSmallStore(directory.path)).rejects.toThrow(`in use by process ${process.pid}`);
    await store.close();
    const again = await openSmallStore(directory.path);
    await again.close();
    expect(existsSync(path.join(directory.path, 'lock'))).toBe(false);
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, started: '' })],
    ['another process that now has the id', JSON.stringify({ pid: process.ppid, started: '1' })],
    ['nobody: the file is empty', ''],
  ])('takes over the lock of %s', { skip: process.platform !== 'linux' }, async (_, content) => {
    writeFileSync(path.join(directory.path, 'lock'), content);
    const store = await openSmallStore(directory.path);
    await store.close();
  });

  it('refuses a newer format and says what to do', async () => {
    writeFileSync(path.join(directory.path, 'format.json'), '{"format":"spanwise-store","version":3}');
    await expect(openSmallStore(directory.path)).rejects.toThrow('format version 3, this collector reads up to 2');
    writeFileSync(path.join(directory.path, 'format.json'), '{"format":"other"}');
    await expect(openSmallStore(directory.path)).rejects.toThrow('not the format file of a Spanwise store');
    writeFileSync(path.join(directory.path, 'format.json'), '{"format":"spanwise-store","version":2}');
    await (await openSmallStore(directory.path)).close();
  });

  it('opens an older format and notes its own, so that an older collector leaves it alone', async () => {
    const file = path.join(directory.path, 'format.json');
    writeFileSync(file, '{"format":"spanwise-store","version":1}');
    await (await openSmallStore(directory.path)).close();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ format: 'spanwise-store', version: 2 });
  });

  it('refuses options out of range with name and value', async () => {
    await expect(openEmbeddedStore({ directory: directory.path, backlogBytes: 0 })).rejects.toThrow(
      'backlogBytes is 0',
    );
    await expect(openEmbeddedStore({ directory: directory.path, segmentRows: Number.NaN })).rejects.toThrow(
      'segmentRows is NaN',
    );
    await expect(openEmbeddedStore({ directory: directory.path, backlogWaitMillis: -1 })).rejects.toThrow(
      'backlogWaitMillis is -1',
    );
  });

  it('refuses more than its backlog, stores nothing of it, and takes more when it has caught up', async () => {
    const body = bodyOf(Array.from({ length: 200 }, (_, index) => span(index + 1)));
    const store = await openSmallStore(directory.path, {
      backlogBytes: body.bytes.length * 3,
      backlogWaitMillis: 0,
      segmentRows: 100_000,
    });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => store.append({ ...body })));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(16);
    for (const result of refused) expect(result).toMatchObject({ reason: expect.any(OverloadedError) });
    expect(store.stats().refusedBodies).toBe(refused.length);
    await eventually(
      async () => store.stats().backlogBytes,
      (bytes) => bytes === 0,
    );
    expect(store.stats().appendedBodies).toBe(20 - refused.length);
    await store.append(body);
    await store.close();
  });

  it('lets bodies beyond its backlog wait for room, and takes them all', async () => {
    const body = bodyOf(Array.from({ length: 200 }, (_, index) => span(index + 1)));
    const store = await openSmallStore(directory.path, {
      backlogBytes: body.bytes.length * 3,
      backlogWaitMillis: 50_000,
      segmentRows: 100_000,
    });
    await Promise.all(Array.from({ length: 20 }, () => store.append({ ...body })));
    expect(store.stats()).toMatchObject({ refusedBodies: 0, appendedBodies: 20 });
    await store.close();
  });

  it('takes a body larger than its backlog when there is none', async () => {
    const store = await openSmallStore(directory.path, { backlogBytes: 10 });
    await store.append(bodyOf([span(1)]));
    expect(
      await eventually(
        () => store.trace([0, 0, 0, 1]),
        (found) => found.length > 0,
      ),
    ).toHaveLength(1);
    await store.close();
  });

  describe('once another process took the directory over', () => {
    function takeOver(): void {
      const file = path.join(directory.path, 'lock');
      const lock = JSON.parse(readFileSync(file, 'utf8')) as object;
      writeFileSync(file, JSON.stringify({ ...lock, started: 'another', scope: 'elsewhere' }));
    }

    it('acknowledges nothing, still answers, and leaves the other one its lock', async () => {
      const store = await openSmallStore(directory.path);
      await store.append(bodyOf([span(1)]));
      await eventually(
        () => store.trace([0, 0, 0, 1]),
        (found) => found.length > 0,
      );
      takeOver();
      const refused = await store.append(bodyOf([span(2)])).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StorageFailedError);
      expect(String(refused)).toContain('was taken over by another process');
      expect(store.stats().appendedBodies).toBe(1);
      await expect(store.append(bodyOf([span(3)]))).rejects.toThrow('was taken over by another process');
      expect(await store.trace([0, 0, 0, 1])).toHaveLength(1);
      expect(await store.services()).toEqual(['']);
      expect(await store.search(searchFor({ service: '' }))).toMatchObject({ complete: true });
      await store.applyRetention();
      await store.close();
      expect(readFileSync(path.join(directory.path, 'lock'), 'utf8')).toContain('elsewhere');
    });

    it('notices it without an append', { timeout: 30_000 }, async () => {
      const messages: string[] = [];
      const log = (message: string): number => messages.push(message);
      const store = await openSmallStore(directory.path, { logger: { info: log, warn: log, error: log } });
      takeOver();
      await eventually(
        async () => messages.join('\n'),
        (text) => text.includes('was taken over by another process'),
      );
      await store.close();
    });
  });

  it('waits for a part of the journal that cannot be read, and loses nothing of it', async () => {
    const before = await openSmallStore(directory.path, { segmentRows: 100 });
    for (const trace of [1, 2]) await before.append(bodyOf([span(trace)]));
    await before.close();
    const [name = ''] = readdirSync(path.join(directory.path, 'journal'));
    const part = path.join(directory.path, 'journal', name);
    renameSync(part, path.join(directory.path, 'kept'));
    mkdirSync(part);
    const messages: string[] = [];
    const log = (message: string): number => messages.push(message);
    const opening = openSmallStore(directory.path, { logger: { info: log, warn: log, error: log } });
    await eventually(
      async () => messages.join('\n'),
      (text) => text.includes(`cannot read ${part} at 0: EISDIR`),
    );
    rmdirSync(part);
    renameSync(path.join(directory.path, 'kept'), part);
    const store = await opening;
    expect(await store.trace([0, 0, 0, 1])).toHaveLength(1);
    expect(await store.trace([0, 0, 0, 2])).toHaveLength(1);
    expect(store.workerRestarts).toBe(0);
    await store.close();
  });

  it('writes no segment twice when the journal cannot be looked at afterwards', async () => {
    const messages: string[] = [];
    const log = (message: string): number => messages.push(message);
    const said = (words: string) =>
      eventually(
        async () => messages.join('\n'),
        (text) => text.includes(words),
      );
    const logger = { info: log, warn: log, error: log };
    const store = await openSmallStore(directory.path, { segmentRows: 4, logger });
    const [segments, journal, away] = ['segments', 'journal', 'away'].map((name) => path.join(directory.path, name));
    rmSync(segments!, { recursive: true });
    writeFileSync(segments!, '');
    const traces = Array.from({ length: 12 }, (_, at) => at + 1);
    await Promise.allSettled(traces.map((trace) => store.append(bodyOf([span(trace)]))));
    await said('cannot write a segment');
    renameSync(journal!, away!);
    rmSync(segments!);
    mkdirSync(segments!);
    await said('cannot look for parts of the journal to remove');
    renameSync(away!, journal!);
    const acknowledged = store.stats().appendedSpans;
    await eventually(
      async () => store.stats(),
      (stats) => stats.spansInSegments + stats.spansInHotTable >= acknowledged && stats.segments > 0,
    );
    await store.applyRetention();
    const { spansInSegments, spansInHotTable } = store.stats();
    expect(spansInSegments + spansInHotTable).toBe(acknowledged);
    await store.close();
  });

  it('puts a body that does not decode aside and goes on with the next', async () => {
    const messages: string[] = [];
    const log = (message: string): number => messages.push(message);
    const store = await openSmallStore(directory.path, { logger: { info: log, warn: log, error: log } });
    await store.append({ format: BodyFormat.otlpProtobuf, bytes: Buffer.from('no protobuf'), spanCount: 1 });
    await store.append(bodyOf([span(2)]));
    expect(
      await eventually(
        () => store.trace([0, 0, 0, 2]),
        (found) => found.length > 0,
      ),
    ).toHaveLength(1);
    expect(store.quarantinedBodies).toBe(1);
    const [file = ''] = readdirSync(path.join(directory.path, 'quarantine'));
    expect(readFileSync(path.join(directory.path, 'quarantine', file), 'utf8')).toBe('no protobuf');
    expect(messages.join('\n')).toContain('cannot be converted');
    await store.close();
  });

  it('leaves out a segment whose sidecar is damaged and says so', async () => {
    const store = await openSmallStore(directory.path, { segmentRows: 1 });
    await store.append(bodyOf([span(1)]));
    await store.append(bodyOf([span(2)]));
    await eventually(
      async () => store.stats().segments,
      (count) => count === 2,
    );
    await store.close();
    const [sidecar = ''] = readdirSync(path.join(directory.path, 'segments')).filter((name) =>
      name.endsWith('.sidecar'),
    );
    writeFileSync(path.join(directory.path, 'segments', sidecar), 'damaged');
    const messages: string[] = [];
    const log = (message: string): number => messages.push(message);
    const again = await openSmallStore(directory.path, {
      segmentRows: 1,
      logger: { info: log, warn: log, error: log },
    });
    expect(await again.trace([0, 0, 0, 2])).toHaveLength(1);
    expect(messages.join('\n')).toContain('segment 1 is left out');
    expect(again.damage.segments).toBe(1);
    expect(again.stats().damagedSegments).toBe(1);
    expect(readdirSync(path.join(directory.path, 'quarantine')).sort()).toEqual([
      '0000000001.parquet',
      '0000000001.sidecar',
    ]);
    await again.close();
  });

  it('counts a segment whose sidecar is gone and does not write over it', async () => {
    const store = await openSmallStore(directory.path, { segmentRows: 1 });
    await store.append(bodyOf([span(1)]));
    await eventually(
      async () => store.stats().segments,
      (count) => count === 1,
    );
    await store.close();
    rmSync(path.join(directory.path, 'segments/0000000001.sidecar'));
    const again = await openSmallStore(directory.path, { segmentRows: 1 });
    expect(again.damage.segments).toBe(1);
    expect(readdirSync(path.join(directory.path, 'quarantine'))).toEqual(['0000000001.parquet']);
    await again.close();
  });

  it.each(['', '{"part":', '{"part":-1,"offset":0}', '[]'])('opens with a damaged checkpoint: %s', async (text) => {
    const store = await openSmallStore(directory.path);
    await store.append(bodyOf([span(1)]));
    await store.close();
    writeFileSync(path.join(directory.path, 'checkpoint.json'), text);
    const messages: string[] = [];
    const log = (message: string): number => messages.push(message);
    const again = await openSmallStore(directory.path, { logger: { info: log, warn: log, error: log } });
    expect(again.workerRestarts).toBe(0);
    expect(await again.trace([0, 0, 0, 1])).toHaveLength(1);
    expect(messages.join('\n')).toContain('checkpoint.json is damaged');
    await again.close();
  });

  describe('retention', () => {
    const day = 24 * 3600 * 1000;
    const nowMillis = baseMicros / 1000;

    async function storeWithSegments(options: object): Promise<Awaited<ReturnType<typeof openSmallStore>>> {
      const store = await openSmallStore(directory.path, { segmentRows: 1, now: () => nowMillis, ...options });
      for (const age of [3, 2, 1]) {
        await store.append(bodyOf([span(age, (nowMillis - age * day) * 1000)]));
        await eventually(
          async () => store.stats().segments,
          (count) => count === 4 - age,
        );
      }
      return store;
    }

    async function traces(store: Awaited<ReturnType<typeof openSmallStore>>): Promise<number[]> {
      const found = await store.search(searchFor({}));
      return found.traces.map(({ traceId }) => Number.parseInt(traceId.slice(-8), 16));
    }

    it('removes segments whose newest span is too old, and keeps one of exactly the age', async () => {
      const store = await storeWithSegments({ retentionAgeMillis: 2 * day });
      expect(await traces(store)).toEqual([1, 2, 3]);
      await store.applyRetention();
      expect(await traces(store)).toEqual([1, 2]);
      expect(store.stats().segments).toBe(2);
      expect(readdirSync(path.join(directory.path, 'segments'))).toHaveLength(6);
      await store.close();
    });

    it('frees what it can when its note cannot be written', async () => {
      const store = await storeWithSegments({ retentionAgeMillis: day / 2 });
      mkdirSync(path.join(directory.path, 'checkpoint.json.tmp'));
      await store.applyRetention();
      expect(await traces(store)).toEqual([1]);
      rmdirSync(path.join(directory.path, 'checkpoint.json.tmp'));
      await store.applyRetention();
      expect(await traces(store)).toEqual([]);
      await store.close();
    });

    it('removes the oldest segments until the bytes fit', async () => {
      const store = await storeWithSegments({});
      const { segmentBytes, journalBytes } = store.stats();
      await store.close();
      const again = await openSmallStore(directory.path, {
        segmentRows: 1,
        now: () => nowMillis,
        retentionBytes: segmentBytes + journalBytes - 1,
      });
      expect(await traces(again)).toEqual([1, 2]);
      await again.close();
    });

    it('does not bring back from the journal what it removed, and forgets its names', async () => {
      const store = await storeWithSegments({ retentionAgeMillis: day / 2 });
      await store.applyRetention();
      expect(await traces(store)).toEqual([]);
      expect(await store.services()).toEqual([]);
      await store.close();
      const again = await openSmallStore(directory.path, { segmentRows: 1, now: () => nowMillis });
      expect(await traces(again)).toEqual([]);
      expect(again.stats().replayedBodies).toBe(0);
      await again.append(bodyOf([span(9, nowMillis * 1000)]));
      expect(
        await eventually(
          () => traces(again),
          (found) => found.length > 0,
        ),
      ).toEqual([9]);
      await again.close();
    });
  });

  describe('on a disk that refuses', () => {
    const script = path.join(import.meta.dirname, 'fixtures/refusing-disk.mjs');
    const fullSegments = path.join(import.meta.dirname, 'fixtures/full-segments.mjs');
    const lib = path.join(import.meta.dirname, '../../../lib');

    // With the small one, bodies are waiting for room when the segment fails.
    it.each([400_000, 12_000])(
      'refuses more while a segment does not fit, answers with all that it acknowledged, and loses nothing: backlog %i',
      { timeout: 60_000 },
      (backlogBytes) => {
        if (!canMount()) {
          if (process.env['CI'] === 'true') throw new Error('unshare -m is needed in CI');
          console.warn('skipped: a full disk needs unshare -m, which is not permitted here');
          return;
        }
        const result = execFileSync(
          'unshare',
          ['-m', process.execPath, fullSegments, lib, directory.path, String(backlogBytes)],
          {
            encoding: 'utf8',
            env: { ...process.env, NODE_OPTIONS: '' },
          },
        );
        expect(JSON.parse(result)).toEqual({
          refusedBy: 'StorageFailedError full',
          foundWhileFull: true,
          retentionAtOnce: true,
          segmentsBefore: 0,
          allAcknowledgedFound: true,
          resumed: true,
          quarantined: 0,
          foundAfterReopen: true,
        });
      },
    );

    it.each(['full', 'read-only'])('rejects what it cannot keep and recovers: %s', { timeout: 60_000 }, (how) => {
      if (!canMount()) {
        if (process.env['CI'] === 'true') throw new Error('unshare -m is needed in CI');
        console.warn(`skipped: a ${how} disk needs unshare -m, which is not permitted here`);
        return;
      }
      mkdirSync(path.join(directory.path, 'mount'));
      const result = execFileSync(
        'unshare',
        ['-m', process.execPath, script, lib, path.join(directory.path, 'mount'), how],
        {
          encoding: 'utf8',
          env: { ...process.env, NODE_OPTIONS: '' },
        },
      );
      expect(JSON.parse(result)).toEqual({
        plainWriteFails: true,
        reason: how,
        earlierReadable: true,
        acknowledgedAfterwards: true,
        allAcknowledgedFound: true,
        foundAfterReopen: true,
      });
    });
  });
});

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
