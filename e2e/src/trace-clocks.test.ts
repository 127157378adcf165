import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
import { checkoutSpans, sendTrace, tracePath } from './sample-traces.ts';

const reason = reasonToSkip();
const { client, server } = SpanKind;

describe.skipIf(reason !== undefined)('a trace of machines whose clocks differ', () => {
  const originMicros = Date.now() * 1000 - 3_600_000_000;
  let directory: string;
  let collector: CollectorProcess;
  let browser: OpenBrowser;
  let page: Page;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-clocks-'));
    collector = await startCollectorProcess({ dataDirectory: path.join(directory, 'data') });
    browser = await openBrowser({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
    await sendTrace(collector, 5, originMicros, [
      { id: 1, parent: 0, service: 'gateway', name: 'GET /stock', kind: client, start: 0, duration: 100_000 },
      { id: 2, parent: 1, service: 'stock', name: 'GET /items', kind: server, start: -500_000, duration: 60_000 },
      { id: 3, parent: 2, service: 'stock', name: 'SELECT', start: -490_000, duration: 10_000 },
    ]);
    await sendTrace(collector, 7, originMicros, checkoutSpans());
    page = await browser.context.newPage();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it('has a switch that puts spans inside their callers and says by how much', { timeout: 60_000 }, async () => {
    await page.goto(`${collector.mainUrl}${tracePath(5)}?span=0000000000000003`);
    const correct = page.getByRole('button', { name: 'Correct clocks' });
    await correct.waitFor();
    expect(await duration()).toBe('600 ms');
    await correct.click();
    await expect.poll(duration).toBe('100 ms');
    await page.waitForURL(/clocks=corrected/);
    const panel = page.getByRole('complementary', { name: 'Span' });
    await panel.getByText('Clocks corrected: moved 520 ms to later').waitFor();
    expect(await page.locator('[role=row][aria-selected=true]').textContent()).toContain('SELECT');
    await page.getByText('1 warning').click();
    await page.getByText('It is shown 520 ms later than it was sent').click();
    await panel.getByRole('heading', { name: 'stock GET /items' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await page.reload();
    await expect.poll(duration).toBe('100 ms');
    await page.keyboard.press('C');
    await expect.poll(duration).toBe('600 ms');
    await page.getByText('1 warning').waitFor();
    await page.waitForURL((url) => !url.search.includes('clocks='));
  });

  it('is saved as it was sent', { timeout: 60_000 }, async () => {
    await page.goto(`${collector.mainUrl}${tracePath(5)}?clocks=corrected&tab=json&format=zipkin`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    const file = path.join(directory, 'sent.json');
    await download.saveAs(file);
    const spans = JSON.parse(await readFile(file, 'utf8')) as { id: string; timestamp: number }[];
    const { timestamp } = spans.find(({ id }) => id === '0000000000000002')!;
    expect(timestamp).toBe(originMicros - 500_000);
  });

  it('offers nothing where all clocks agree', { timeout: 60_000 }, async () => {
    await page.goto(`${collector.mainUrl}${tracePath(7)}`);
    await page.locator('[role=treegrid] [role=row][aria-level]').first().waitFor();
    expect(await page.getByRole('button', { name: 'Correct clocks' }).count()).toBe(0);
  });

  async function duration(): Promise<string | undefined> {
    const fact = page.locator('header dl > div').filter({ hasText: /^Duration/ });
    return (await fact.locator('dd').textContent())?.replaceAll('\u202f', ' ');
  }
});
