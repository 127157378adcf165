import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { spanRecord } from '@spanwise/wire/span-record';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { StorageFailedError } from '../span-store.ts';
import { bodyOf, eventually } from '../span-store.conformance.ts';
import { createDirectory, writeAllAt } from './directory-sync.ts';
import { openEmbeddedStore } from './embedded-span-store.ts';
import { buildWorkers, openSmallStore, temporaryDirectory } from './opened-store.fixture.ts';

beforeAll(buildWorkers);

const onLinux = { skip: process.platform !== 'linux' };

describe('what the store creates', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  function modesBelow(root: string): Record<string, string> {
    const names = readdirSync(root, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      names.map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(root, file), (statSync(file).mode & 0o777).toString(8)];
      }),
    );
  }

  it('is for its own user only', onLinux, async () => {
    const store = await openSmallStore(path.join(directory.path, 'new/data'), { segmentRows: 1 });
    await store.append(bodyOf([spanRecord({ traceId3: 1, spanId1: 1 })]));
    await eventually(
      async () => store.stats().segments,
      (count) => count === 1,
    );
    const modes = modesBelow(directory.path);
    await store.close();
    expect(modes).toMatchObject({
      new: '700',
      'new/data': '700',
      'new/data/journal': '700',
      'new/data/lock': '600',
      'new/data/format.json': '600',
      'new/data/journal/0000000001.journal': '600',
      'new/data/segments/0000000001.parquet': '600',
      'new/data/segments/0000000001.sidecar': '600',
    });
  });

  it('leaves the mode of a directory that is there', onLinux, () => {
    const there = path.join(directory.path, 'there');
    mkdirSync(there, { mode: 0o750 });
    createDirectory(there);
    expect((statSync(there).mode & 0o777).toString(8)).toBe('750');
  });

  it('fails clearly where a directory cannot be made', onLinux, async () => {
    for (const impossible of ['/proc/spanwise', '/proc/spanwise/data']) {
      const opening = openEmbeddedStore({ directory: impossible });
      await expect(opening).rejects.toThrow(StorageFailedError);
      await expect(opening).rejects.toThrow(`cannot open ${impossible}`);
    }
    const file = path.join(directory.path, 'file');
    writeFileSync(file, '');
    await expect(openEmbeddedStore({ directory: file })).rejects.toThrow(`${file} is not a directory`);
    await expect(openEmbeddedStore({ directory: path.join(file, 'data') })).rejects.toThrow(StorageFailedError);
  });
});

describe('writeAllAt', () => {
  function file(...results: number[]): Parameters<typeof writeAllAt>[0] & { at: (number | null | undefined)[] } {
    const at: (number | null | undefined)[] = [];
    const next = async (position: number | null | undefined): Promise<never> => {
      at.push(position);
      return { bytesWritten: results.shift() ?? 0 } as never;
    };
    return {
      at,
      writev: (_: unknown, position?: number) => next(position),
      write: (...[, , , position]: unknown[]) => next(position as number),
    } as never;
  }

  it('goes on where a short write ended', async () => {
    const short = file(3, 1, 2);
    await writeAllAt(short, [Buffer.alloc(2), Buffer.alloc(4)], 10);
    expect(short.at).toEqual([10, 13, 14]);
  });

  it('fails rather than trying for ever when nothing is written', async () => {
    await expect(writeAllAt(file(3, 0), [Buffer.alloc(6)], 0)).rejects.toThrow('wrote nothing');
  });
});
