import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

describe.skipIf(reason !== undefined)('the page on an empty collector', { timeout: 60_000 }, () => {
  let browser: OpenBrowser;

  beforeAll(async () => {
    browser = await openBrowser({ viewport: { width: 1280, height: 800 }, locale: 'en' });
  });

  afterAll(() => browser?.close());

  async function start(args: readonly string[] = []): Promise<CollectorProcess> {
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'spanwise-first-'));
    const collector = await startCollectorProcess({ dataDirectory, args });
    onTestFinished(async () => {
      await collector.end('SIGTERM');
      await rm(dataDirectory, { recursive: true, force: true });
    });
    return collector;
  }

  async function open(url: string): Promise<Page> {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    await page.goto(url);
    await page.getByText('Anything that speaks Zipkin').waitFor();
    return page;
  }

  it('names the ports that the collector got, and lights up when what it says was done', async () => {
    const { mainUrl, otlpUrl } = await start();
    const page = await open(mainUrl);
    const lines = await page.locator('code').allTextContents();
    expect(lines).toContain(`SPANWISE_OTLP_ENDPOINT=${otlpUrl} node --import @spanwise/node/register app.js`);
    expect(lines).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${otlpUrl}`);
    expect(lines).toContain(`${mainUrl}/api/v2/spans`);
    const [, body = '', address = ''] = /^curl .* -d '(.*)' (\S+)$/.exec(lines.find(isCurl) ?? '') ?? [];
    const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(200);
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'hello' }).waitFor();
  });

  it('shows no way that needs OTLP when its port is off, but how to have one', async () => {
    const { mainUrl } = await start(['--port-otlp-http', 'off']);
    const page = await open(mainUrl);
    const lines = [`${mainUrl}/api/v2/spans`, '--port-otlp-http 4318'];
    expect(await page.locator('code').allTextContents()).toEqual(lines);
  });

  it('has nothing that axe finds', async () => {
    const { mainUrl } = await start(['--port-otlp-http', 'off']);
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await open(mainUrl);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await violationsOf(page)).toEqual([]);
    }
  });
});

function isCurl(line: string): boolean {
  return line.startsWith('curl ');
}
