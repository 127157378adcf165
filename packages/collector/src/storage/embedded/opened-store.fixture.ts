import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { EmbeddedSpanStore } from './embedded-span-store.ts';
import { openEmbeddedStore } from './embedded-span-store.ts';
import type { EmbeddedStoreOptions } from './options.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const buildLock = path.join(root, 'node_modules/.cache/spanwise-store-build');

/** For tests: the workers run from `lib`, which must be as new as the sources. Test files run side by side: one builds. */
export function buildWorkers(): void {
  const deadline = Date.now() + 50_000;
  while (!isTaken() && Date.now() < deadline) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    const command = ['build/build.mjs', '--if-stale', 'packages/wire', 'packages/analysis', 'packages/collector'];
    execFileSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  } finally {
    rmSync(buildLock, { recursive: true, force: true });
  }
}

function isTaken(): boolean {
  mkdirSync(path.dirname(buildLock), { recursive: true });
  try {
    mkdirSync(buildLock);
    return true;
  } catch {
    return false;
  }
}

/** For tests: a directory of its own. */
export function temporaryDirectory(): { path: string; remove: () => void } {
  const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-store-'));
  return { path: directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** For tests: a store that makes segments of few rows. */
export function openSmallStore(
  directory: string,
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<EmbeddedSpanStore> {
  return openEmbeddedStore({
    directory,
    segmentRows: 4,
    rowsPerBlock: 2,
    memoryLimitMegabytes: 64,
    searchBudgetMillis: 60_000,
    // The spans of tests are from long ago.
    retentionAgeMillis: Number.MAX_SAFE_INTEGER,
    ...options,
  });
}
