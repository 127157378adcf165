import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { rolldown } from 'rolldown';

/** What a worker says of a span of its own. */
export interface WorkerSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly tags: { readonly [key: string]: unknown };
  readonly errors: readonly unknown[];
}

/** What the worker answers to most tasks. */
export interface WorkerAnswer {
  readonly echo: unknown;
  readonly threadId: number;
  readonly active: WorkerSpan;
  readonly work: WorkerSpan;
}

/** Threads cannot run TypeScript on Node 20; this way they need no build of the package either. */
export async function bundleWorker(): Promise<{ file: string; remove(): void }> {
  const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-worker-'));
  const file = path.join(directory, 'tasks.mjs');
  const bundle = await rolldown({
    input: path.join(import.meta.dirname, 'worker-tasks.mjs'),
    platform: 'node',
    resolve: { conditionNames: ['@spanwise/source', 'import', 'node'] },
    logLevel: 'silent',
  });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return { file, remove: () => rmSync(directory, { recursive: true }) };
}
