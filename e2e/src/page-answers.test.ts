import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SpanKind } from '@spanwise/wire/span-record';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { sendTrace, tracePath } from './sample-traces.ts';

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

const { server, producer, consumer } = SpanKind;
const even = { id: 1, parent: 0, service: 'hist', name: 'GET /even', start: 0, kind: server };
/** Oldest first; the second is the longest. */
const durations = [500, 9000, 700];

describe.skipIf(reason !== undefined)('the page answers', () => {
  let directory: string;
  let collector: CollectorProcess;
  let browser: OpenBrowser;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-page-answers-'));
    collector = await startCollectorProcess({ dataDirectory: directory });
    browser = await openBrowser({ viewport: { width: 1280, height: 900 } });
    const now = Date.now() * 1000;
    for (const [at, duration] of durations.entries())
      await sendTrace(collector, at + 1, now - (10 - at) * 60_000_000, [{ ...even, duration }]);
    await sendTrace(collector, 10, now - 1_200_000_000, [
      { id: 1, parent: 0, service: 'shop', name: 'POST /orders', start: 0, duration: 100_000, kind: server },
      { id: 2, parent: 1, service: 'shop', name: 'charge', start: 10_000, duration: 80_000, failed: true },
      { id: 3, parent: 1, service: 'shop', name: 'send orders', start: 91_000, duration: 1000, kind: producer },
      {
        id: 4,
        parent: 3,
        service: 'billing',
        name: 'process orders',
        start: 92_500,
        duration: 200_000,
        kind: consumer,
      },
      { id: 5, parent: 4, service: 'billing', name: 'pay', start: 100_000, duration: 150_000 },
    ]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  async function open(address: string): Promise<Page> {
    const page = await browser.context.newPage();
    await page.goto(`${collector.mainUrl}${address}`);
    return page;
  }

  it.each([
    ['service:hist', 'Search for service=hist'],
    ['Service=hist', 'Search for service=hist'],
    ['GET /even', 'Search for operation="GET /even"'],
  ])('offers for %s what finds something, and nothing else', { timeout: 60_000 }, async (query, offer) => {
    const page = await open(`/?q=${encodeURIComponent(query)}`);
    const empty = page.getByRole('status').filter({ hasText: 'No trace meets this query' });
    await empty.waitFor();
    await empty.getByText('Trying what would find something').waitFor({ state: 'detached' });
    const offers = await empty.getByRole('listitem').allTextContents();
    expect(offers.every((text) => text.includes('finds '))).toBe(true);
    expect(offers.filter((text) => text.startsWith('Let the conditions'))).toEqual([]);
    expect(offers[0]).toMatch(/finds hist GET \/even, \d+m ago$/);
    expect(await violationsOf(page)).toEqual([]);
    await empty.getByRole('button', { name: offer }).click();
    await page.locator('a[href*="/trace/"]').nth(2).waitFor();
    await page.close();
  });

  it('says that only the newest are in order, and keeps the order in the address', { timeout: 60_000 }, async () => {
    const page = await open('/?q=service%3Dhist&limit=2');
    const rows = page.locator('a[href*="/trace/"]');
    await page.getByText('The newest 2 traces; there may be more').waitFor();
    await page.getByRole('combobox', { name: 'Order' }).selectOption({ label: 'Longest first of these 2' });
    await page.getByText('The newest 2 traces, only these in order').waitFor();
    await page.reload();
    await page.getByText('The newest 2 traces, only these in order').waitFor();
    expect(new URL(page.url()).searchParams.get('order')).toBe('longest');
    expect(await rows.first().getAttribute('href')).toContain(tracePath(2));
    await page.getByRole('combobox', { name: 'Order' }).selectOption('newest');
    await expect.poll(() => new URL(page.url()).searchParams.get('order')).toBeNull();
    expect(await rows.first().getAttribute('href')).toContain(tracePath(3));
    await page.close();
  });

  it('tells of which critical path a share is, in the header and in the panel', { timeout: 60_000 }, async () => {
    const page = await open(tracePath(10));
    await page.getByText('Where the time went: 100 ms of the critical path').waitFor();
    await page.getByRole('button', { name: /80%.*charge/ }).click();
    const panel = page.getByRole('complementary', { name: 'Span' });
    await panel.getByText('80.0 ms, 80% of the path').waitFor();
    expect(await panel.getByText('nobody above waits').count()).toBe(0);
    await page.getByRole('row').filter({ hasText: 'process orders' }).click();
    await panel.getByText('50.0 ms, 25% of the path').waitFor();
    await panel.getByText('This is the path of “process orders”').waitFor();
    await page.close();
  });

  it('goes to a service by a part of its name', { timeout: 60_000 }, async () => {
    const page = await open('/');
    await page.locator('a[href*="/trace/"]').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('his');
    await page.getByRole('option', { name: 'hist', exact: true }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/services\/hist/);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('nobody at all');
    await page.keyboard.press('Enter');
    await page.getByText('No service is called this').waitFor();
    await page.close();
  });

  it('tells on a trace, too, that the collector is gone, and promises nothing', { timeout: 60_000 }, async () => {
    const page = await open(tracePath(1));
    await page.getByRole('treegrid').waitFor();
    await page.waitForLoadState('networkidle');
    await collector.end('SIGTERM');
    await page.getByText('The collector does not answer. Trying again').waitFor({ timeout: 20_000 });
    for (const view of ['Services', 'Map']) {
      await page.getByRole('navigation').getByRole('link', { name: view }).click();
      await page.getByText('Nothing has arrived for this view yet').waitFor();
      expect(await page.getByRole('status', { name: 'Loading' }).count()).toBe(0);
    }
    await page.close();
  });
});
