import type * as fs from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createDirectory } from './directory-sync.ts';
import { createFolders, layoutOf } from './segment/segment-files.ts';

const calls = vi.hoisted((): string[] => []);

// The real calls, noted: whether a name survives power loss shows in their order only.
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  const names = new Map<number, string>();
  return {
    ...real,
    mkdirSync: (...args: Parameters<typeof real.mkdirSync>) => {
      calls.push(`mkdir ${String(args[0])}`);
      return real.mkdirSync(...args);
    },
    openSync: (...args: Parameters<typeof real.openSync>) => {
      const descriptor = real.openSync(...args);
      names.set(descriptor, String(args[0]));
      return descriptor;
    },
    fsyncSync: (descriptor: number) => {
      calls.push(`sync ${names.get(descriptor)}`);
      real.fsyncSync(descriptor);
    },
  };
});

describe.skipIf(process.platform === 'win32')('a fresh data directory', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'spanwise-order-'));
    calls.length = 0;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('has each new name synced in its parent before anything is made below it', () => {
    const data = path.join(root, 'new/data');
    createDirectory(data);
    createFolders(layoutOf(data));
    expect(calls).toEqual([
      `mkdir ${root}/new`,
      `sync ${root}`,
      `mkdir ${root}/new/data`,
      `sync ${root}/new`,
      `mkdir ${root}/new/data/journal`,
      `sync ${root}/new/data`,
      `mkdir ${root}/new/data/segments`,
      `sync ${root}/new/data`,
      `sync ${root}/new/data`,
    ]);
  });
});
