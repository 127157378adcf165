import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { checkoutSpans, sendTrace, tracePath } from './sample-traces.ts';

const reason = reasonToSkip();
/** packages/ui: what a view needs before it is drawn. */
const mostBytes = 150_000;

describe.skipIf(reason !== undefined)('the first load of the page', () => {
  let directory: string;
  let collector: CollectorProcess;
  let browser: OpenBrowser;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-first-load-'));
    collector = await startCollectorProcess({ dataDirectory: directory });
    browser = await openBrowser();
    await sendTrace(collector, 7, Date.now() * 1000 - 3_600_000_000, checkoutSpans());
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    ['a trace', tracePath(7), '[role=treegrid] [role=row]'],
    ['the traces', '/?range=6h', 'a[href*="/trace/"]'],
    ['the services', '/services?range=6h', '[role=table] [role=rowheader]'],
    ['a service', '/services/orders?range=6h', '[role=table] [role=rowheader]'],
    ['the map', '/map?range=6h', '[data-node]'],
  ])('is at most 150 kB of gzip: %s', { timeout: 60_000 }, async (_, address, shown) => {
    const page = await browser.context.newPage();
    // What is fetched ahead once the view stands is no part of it.
    await page.addInitScript('requestIdleCallback = () => 0');
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (!new URL(response.url()).pathname.startsWith('/api/')) bodies.push(response.body());
    });
    await page.goto(`${collector.mainUrl}${address}`);
    await page.locator(shown).first().waitFor();
    await page.waitForLoadState('networkidle');
    const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).byteLength);
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(mostBytes);
    await page.close();
  });
});
