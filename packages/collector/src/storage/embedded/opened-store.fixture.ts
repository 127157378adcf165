import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { EmbeddedSpanStore } from './embedded-span-store.ts';
import { openEmbeddedStore } from './embedded-span-store.ts';
import type { EmbeddedStoreOptions } from './options.ts';

/** For tests: the workers run from `lib`, which must be as new as the sources. */
export function buildWorkers(): void {
  const root = new URL('../../../../../', import.meta.url);
  execFileSync(process.execPath, ['build/build.mjs', '--if-stale', 'packages/wire', 'packages/collector'], {
    cwd: root,
    stdio: 'ignore',
  });
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
