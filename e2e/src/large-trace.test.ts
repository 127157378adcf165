import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns } from '@spanwise/wire/query';
import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { tracePath } from './sample-traces.ts';
import { LargeTrace } from './soak/large-trace.ts';
import { until } from './until.ts';

const reason = reasonToSkip();
/** More than the page asks for whole. */
const spanCount = 12_001;
const hourMicros = 3_600_000_000;
/** What the page asks windows of tags and logs with. */
const windows = /\/traces\/[0-9a-f]+\?startMicros=/;

describe.skipIf(reason !== undefined)('the page on a trace of 12,001 spans', { timeout: 60_000 }, () => {
  let directory: string;
  let collector: CollectorProcess;
  let browser: OpenBrowser;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-large-'));
    collector = await startCollectorProcess({ dataDirectory: directory });
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
    await send(new LargeTrace(9, Date.now() * 1000 - hourMicros, spanCount));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it('shows the tree before tags and logs are there, and those of a selected span when they are', async () => {
    const page = await browser.context.newPage();
    const held = await hold(page);
    await open(page, 9);
    expect(await page.locator('header dl').first().textContent()).toContain('12,001');
    await row(page, 'nightly batch').click();
    await page.getByText('Loading tags and logs…').waitFor();
    expect(await page.getByText('SELECT id, name').count()).toBe(0);
    await held.release();
    await page.getByText('SELECT id, name').waitFor();
    await line(page).waitFor({ state: 'detached' });
    await page.close();
  });

  it('finds a span by its tag, once the tags are there, and goes to it', async () => {
    const page = await browser.context.newPage();
    const held = await hold(page);
    await open(page, 9);
    await page.getByLabel('Search in this trace').fill('needle=yes');
    await page.getByText('nothing found').waitFor();
    await page.getByText('the search knows of the others only').waitFor();
    await held.release();
    await page.getByText('– of 1').waitFor();
    await page.getByLabel('Search in this trace').press('Enter');
    await page.getByRole('complementary').getByText('needle').waitFor();
    expect(page.url()).toContain('needle');
    await page.close();
  });

  it('says that tags and logs did not come, and has them when it is asked again', async () => {
    const page = await browser.context.newPage();
    await page.route(windows, (route) =>
      route.fulfill({ status: 500, json: { error: { code: 'internal-error', message: 'broken' } } }),
    );
    await open(page, 9);
    await row(page, 'nightly batch').click();
    await page.getByText('Tags and logs of this span could not be loaded.').waitFor();
    await page.getByText('Tags and logs could not be loaded.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.unroute(windows);
    await page.getByRole('complementary').getByRole('button', { name: 'Try now' }).click();
    await page.getByText('SELECT id, name').waitFor();
    await line(page).waitFor({ state: 'detached' });
    await page.close();
  });

  it('asks again by itself when nobody answered', async () => {
    const page = await browser.context.newPage();
    await page.route(windows, (route) => route.abort());
    await open(page, 9);
    await page.getByText('Tags and logs could not be loaded.').waitFor();
    await page.unroute(windows);
    await line(page).waitFor({ state: 'detached' });
    await page.close();
  });

  it('has every tag and log of every span, as the collector gives them whole', async () => {
    const page = await browser.context.newPage();
    const held = await hold(page);
    await open(page, 9);
    await page.getByRole('tab', { name: 'JSON' }).click();
    await page.getByText('The JSON can be made when').waitFor();
    await held.release();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const saved = JSON.parse(await readFile(await (await downloading).path(), 'utf8')) as TraceColumns;
    const whole = (await (await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/9`)).json()) as TraceColumns;
    expect(fromTraceColumns(saved)).toEqual(fromTraceColumns(whole));
    await page.close();
  });

  it('grows while spans arrive, and keeps what is selected', async () => {
    const origin = Date.now() * 1000;
    await send(new LargeTrace(10, origin, 5_301));
    const page = await browser.context.newPage();
    await open(page, 10);
    await row(page, 'nightly batch').click();
    await page.getByText('SELECT id, name').waitFor();
    await send(new LargeTrace(10, origin, 7_001));
    await page.locator('header dl').first().getByText('7,001').waitFor();
    expect(await row(page, 'nightly batch').getAttribute('aria-selected')).toBe('true');
    await page.getByText('SELECT id, name').waitFor();
    await page.close();
  });

  /** Sends it, and waits until the collector has all of it. */
  async function send(trace: LargeTrace): Promise<void> {
    for (const body of trace.bodies()) {
      const headers = { 'content-type': 'application/x-protobuf' };
      const response = await fetch(`${collector.otlpUrl}/v1/traces`, { method: 'POST', headers, body });
      expect(response.status).toBe(200);
    }
    await until('every span of the trace is stored', async () => {
      const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/${trace.id}`);
      const stored = answer.ok ? ((await answer.json()) as TraceColumns).count : 0;
      return stored === trace.count ? true : undefined;
    });
  }

  async function open(page: Page, trace: number): Promise<void> {
    await page.goto(collector.mainUrl + tracePath(trace));
    await page.locator('[role=treegrid] [role=row]').first().waitFor();
  }
});

/** Keeps windows from coming until they are released. */
async function hold(page: Page): Promise<{ release(): Promise<void> }> {
  const held: Route[] = [];
  let isHolding = true;
  await page.route(windows, async (route) => {
    if (isHolding) held.push(route);
    else await route.continue();
  });
  return {
    release: async () => {
      isHolding = false;
      for (const route of held) await route.continue();
    },
  };
}

function row(page: Page, name: string) {
  return page.locator('[role=row]', { hasText: name }).first();
}

/** What says how much of the tags and logs is here. */
function line(page: Page) {
  return page.locator('progress');
}
