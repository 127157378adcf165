import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';

import { openBrowser } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { checkoutSpans, sendTrace } from './sample-traces.ts';

/** A collector with one checkout, and an empty page in a browser: what tests of the trace page begin with. */
export interface TracePageBench {
  readonly collector: CollectorProcess;
  readonly browser: OpenBrowser;
  readonly page: Page;
  /** Ends browser and collector, and removes the data. */
  close(): Promise<void>;
}

/** Opens one; the checkout is trace 7 of `sample-traces.ts`, old enough to be whole, so that the page does not ask for it again. */
export async function openTracePageBench(options: { readonly hasTouch?: boolean } = {}): Promise<TracePageBench> {
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-trace-page-'));
  const collector = await startCollectorProcess({ dataDirectory: directory });
  const browser = await openBrowser({ viewport: { width: 1280, height: 800 }, ...options });
  await sendTrace(collector, 7, Date.now() * 1000 - 3_600_000_000, checkoutSpans());
  const close = async (): Promise<void> => {
    await browser.close();
    await collector.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  };
  return { collector, browser, page: await browser.context.newPage(), close };
}
