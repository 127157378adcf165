import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { checkoutSpans, sendTrace, tracePath } from './sample-traces.ts';

const reason = reasonToSkip();

describe.skipIf(reason !== undefined)('a trace that is taken along', () => {
  const originMicros = Date.now() * 1000 - 3_600_000_000;
  let directory: string;
  let collector: CollectorProcess;
  let browser: OpenBrowser;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-taken-'));
    collector = await startCollectorProcess({ dataDirectory: path.join(directory, 'data') });
    browser = await openBrowser({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
    await sendTrace(collector, 7, originMicros, checkoutSpans());
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it('is shown and saved as JSON in each format, which the collector takes back', { timeout: 60_000 }, async () => {
    const page = await openJson();
    const own = JSON.parse(await readFile(await saved(page, 'Download'), 'utf8')) as { count: number };
    expect(own.count).toBe(27);
    expect(await page.getByText('"baseMicros"').count()).toBe(1);

    await page.getByRole('button', { name: 'OTLP JSON' }).click();
    await page.waitForURL(/format=otlp/);
    const otlp = await readFile(await saved(page, 'Download'), 'utf8');
    await page.getByRole('button', { name: 'Zipkin v2' }).click();
    await page.waitForURL(/format=zipkin/);
    const zipkin = await readFile(await saved(page, 'Download'), 'utf8');
    expect(await violationsOf(page)).toEqual([]);
    await page.close();

    const stored = await startCollectorProcess({ dataDirectory: path.join(directory, 'again') });
    try {
      await post(`${stored.otlpUrl}/v1/traces`, otlp);
      await expect.poll(() => countOf(stored, 7), { timeout: 10_000 }).toBe(27);
    } finally {
      await stored.end('SIGTERM');
    }
    const third = await startCollectorProcess({ dataDirectory: path.join(directory, 'zipkin') });
    try {
      await post(`${third.mainUrl}/api/v2/spans`, zipkin);
      await expect.poll(() => countOf(third, 7), { timeout: 10_000 }).toBe(27);
    } finally {
      await third.end('SIGTERM');
    }
  });

  it('opens from one HTML file without a network, with all its views', { timeout: 60_000 }, async () => {
    const page = await openJson();
    const file = await saved(page, 'Save as one HTML file');
    await page.close();

    const offline = await openBrowser({ viewport: { width: 1280, height: 800 }, offline: true });
    try {
      const opened = await offline.context.newPage();
      const [errors, asked]: [string[], string[]] = [[], []];
      opened.on('pageerror', (error) => errors.push(error.message));
      opened.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      opened.on('request', (request) => asked.push(request.url()));
      await opened.goto(pathToFileURL(file).href);
      await row(opened, 'charge').first().waitFor();
      expect(await opened.title()).toBe('gateway POST /checkout · Spanwise');
      await row(opened, 'SELECT item').click();
      await opened.waitForURL(/#\/trace\/0{31}7\?span=0000000000000064/);
      const address = opened.url();
      for (const tab of ['Findings 2', 'Operations', 'Flame graph', 'Graph', 'JSON']) {
        await opened.getByRole('tab', { name: tab, exact: true }).click();
        await opened.locator('[role=tabpanel] > *').first().waitFor();
        expect(await violationsOf(opened)).toEqual([]);
      }
      await opened.getByRole('button', { name: /^Language/ }).click();
      await opened.getByRole('tab', { name: '瀑布图' }).waitFor();

      const again = await offline.context.newPage();
      await again.goto(address);
      expect(await again.locator('[role=row][aria-selected=true]').textContent()).toContain('SELECT item');
      expect(errors).toEqual([]);
      expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    } finally {
      await offline.close();
    }
  });

  it('has its template at the collector, which shows no trace', { timeout: 60_000 }, async () => {
    const page = await browser.context.newPage();
    await page.goto(`${collector.mainUrl}/trace-file.html`);
    await page.getByText('There is no trace in this file.').waitFor();
    await page.close();
  });

  it('says so when the collector is gone before the file is made', { timeout: 60_000 }, async () => {
    const page = await openJson();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Save as one HTML file' }).click();
    await page.getByRole('alert').getByText('The file could not be made').waitFor();
    await page.context().setOffline(false);
    await page.close();
  });

  async function openJson(): Promise<Page> {
    const page = await browser.context.newPage();
    await page.goto(`${collector.mainUrl}${tracePath(7)}?tab=json`);
    await page.getByRole('button', { name: 'Download' }).waitFor();
    return page;
  }

  /** Presses a button that saves, and returns where the file is. */
  async function saved(page: Page, button: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    const file = path.join(directory, download.suggestedFilename());
    await download.saveAs(file);
    return file;
  }
});

function row(page: Page, operation: string) {
  return page.locator('[role=treegrid] [role=row][aria-level]').filter({ hasText: operation });
}

async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(response.ok).toBe(true);
}

async function countOf(collector: CollectorProcess, trace: number): Promise<number> {
  const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/${trace.toString(16)}`);
  return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
}
