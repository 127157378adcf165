import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';

import { openBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { sendSystem } from './sample-system.ts';
import type { SampleService } from './sample-system.ts';

/** A collector that counted what a system did, and an empty page in a browser. */
export interface SumsPageBench {
  readonly collector: CollectorProcess;
  readonly page: Page;
  /** What went wrong in the page so far. */
  readonly errors: readonly string[];
  /** Ends browser and collector, and removes the data. */
  close(): Promise<void>;
}

/** Opens one. The system did its work once at each of the instants, so many seconds ago. */
export async function openSumsPageBench(
  system: readonly SampleService[],
  secondsAgo: readonly number[],
): Promise<SumsPageBench> {
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-sums-page-'));
  const collector = await startCollectorProcess({ dataDirectory: directory });
  const nowMicros = Date.now() * 1000;
  if (system.length > 0)
    await sendSystem(
      collector,
      system,
      secondsAgo.map((seconds) => nowMicros - seconds * 1e6),
    );
  const browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  const page = await browser.context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const close = async (): Promise<void> => {
    await browser.close();
    await collector.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  };
  return { collector, page, errors, close };
}
