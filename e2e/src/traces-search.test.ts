import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { sendTrace, tracePath } from './sample-traces.ts';
import type { SampleSpan } from './sample-traces.ts';

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

/** A request of `web` that `orders` answers: a slow one fails in the release `b`, on the host `n2`. */
function requestSpans(at: number, slow: boolean): SampleSpan[] {
  const long = slow ? 900_000 : 20_000 + (at % 7) * 3000;
  const tags = ['release', slow ? 'b' : 'a', 'http.status_code', slow ? 503 : 200, 'host', slow ? 'n2' : `n${at % 3}`];
  return [
    {
      id: 1,
      parent: 0,
      service: 'web',
      name: 'GET /cart',
      start: 0,
      duration: long,
      kind: 2,
      tags: ['user', `u${at}`],
    },
    {
      id: 2,
      parent: 1,
      service: 'orders',
      name: 'POST /orders',
      start: 1000,
      duration: long - 2000,
      failed: slow,
      tags,
    },
  ];
}

/** Ten milliseconds of a day ago, in which traces start a microsecond before and after the bounds of the map's columns. */
const dayAgoMicros = Math.floor(Date.now() / 1000 - 86_400) * 1_000_000;
const tenMillis = `from=${iso(dayAgoMicros)}&to=${iso(dayAgoMicros + 10_000)}`;
const boundMicros = [1666, 1667, 3333, 3334] as const;
/** 2^50 ns and more: 13 days. */
const longMicros = 13 * 86_400_000_000;

function iso(micros: number): string {
  return new Date(micros / 1000).toISOString();
}

const slowOnes = 6;
const allOnes = 36;

describe.skipIf(reason !== undefined)('the traces view', () => {
  let directory: string;
  let collector: CollectorProcess;
  let browser: OpenBrowser;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-traces-search-'));
    collector = await startCollectorProcess({ dataDirectory: directory });
    browser = await openBrowser({ viewport: { width: 1280, height: 900 } });
    const now = Date.now() * 1000;
    for (let at = 1; at <= allOnes; at++) {
      const spans = requestSpans(at, at % 6 === 0);
      await sendTrace(collector, at, now - (allOnes - at + 2) * 90_000_000, spans);
    }
    const one = { id: 1, parent: 0, service: 'web', name: 'GET /', start: 0, duration: 700 };
    for (const [at, micros] of boundMicros.entries())
      await sendTrace(collector, 201 + at, dayAgoMicros + micros, [one]);
    await sendTrace(collector, 210, dayAgoMicros + 5500, [{ ...one, duration: longMicros }]);
    await sendTrace(collector, 211, dayAgoMicros + 8000, [
      { ...one, service: 'odd ', tags: ['db.statement', 'SELECT 1;\n', 'a=b', '1'] },
    ]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  async function open(address: string, size?: { width: number; height: number }): Promise<Page> {
    const page = await browser.context.newPage();
    if (size !== undefined) await page.setViewportSize(size);
    await page.goto(`${collector.mainUrl}${address}`);
    await page.locator('a[href*="/trace/"]').first().waitFor();
    return page;
  }

  const rows = (page: Page): Locator => page.locator('a[href*="/trace/"]');
  const plot = (page: Page): Locator => page.getByRole('application');
  const facet = (page: Page, group: string, value: string): Locator =>
    page.getByRole('group', { name: group, exact: true }).getByRole('button', { name: value });
  const listed = (page: Page): Promise<string | null> =>
    page.getByRole('status').filter({ hasText: 'traces' }).first().textContent();

  it('completes a query from the data, searches for it, and keeps it in the address', { timeout: 60_000 }, async () => {
    const page = await open('/?range=6h');
    await facet(page, 'Service', 'web').waitFor();
    const line = page.getByRole('combobox', { name: 'Query' });
    const option = (name: string): Locator => page.getByRole('option', { name, exact: true });
    await line.click();
    await line.pressSequentially('serv');
    await option('service').waitFor();
    await line.press('ArrowDown');
    await line.press('Enter');
    expect(await line.inputValue()).toBe('service=');
    await line.pressSequentially('or');
    await option('orders').waitFor();
    await line.press('ArrowDown');
    await line.press('Enter');
    await line.pressSequentially('oper');
    await line.press('ArrowDown');
    await line.press('Tab');
    await option('POST /orders').click();
    expect(await line.inputValue()).toBe('service=orders operation="POST /orders" ');
    await line.pressSequentially('http.status');
    await option('http.status_code').click();
    await option('503').click();
    await line.press('Enter');
    await expect.poll(() => rows(page).count()).toBe(slowOnes);
    expect(new URL(page.url()).searchParams.get('q')).toBe(
      'service=orders operation="POST /orders" http.status_code=503',
    );
    expect(await facet(page, 'http.status_code', '503').getAttribute('aria-pressed')).toBe('true');
    await line.fill('http.status_code>=500 trace.duration>1s');
    await line.press('Enter');
    await page.getByText('No trace meets this query').waitFor();
    await page.getByRole('button', { name: 'Drop “trace.duration>1s”' }).click();
    await expect.poll(() => rows(page).count()).toBe(slowOnes);
    await page.close();
  });

  it('points at what is wrong with a query, and does not search for it', { timeout: 60_000 }, async () => {
    const page = await open('/?range=6h');
    const line = page.getByRole('combobox', { name: 'Query' });
    await line.fill('service=web duration>soon error');
    await line.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('“duration” takes a number and a unit');
    expect(await alert.locator('mark').textContent()).toBe('soon');
    expect(await page.evaluate('getSelection().toString()')).toBe('soon');
    expect(new URL(page.url()).searchParams.has('q')).toBe(false);
    await line.pressSequentially('1ms');
    await line.press('Enter');
    await page.waitForURL(/q=/);
    expect(await alert.count()).toBe(0);
    await page.goto(`${collector.mainUrl}/?q=kind%3Dsever`);
    await page.getByText('The query cannot be read yet').waitFor();
    expect(await alert.locator('mark').textContent()).toBe('sever');
    await page.close();
  });

  it('lets map, facets and list select each other', { timeout: 60_000 }, async () => {
    const page = await open('/?range=6h&limit=100');
    await facet(page, 'release', 'b').waitFor();
    expect(await plot(page).getAttribute('aria-label')).toContain(`Heat map of ${allOnes} traces`);
    expect(await facet(page, 'release', 'a').textContent()).toContain(String(allOnes - slowOnes));
    expect(await facet(page, 'Errors', 'with errors').last().textContent()).toContain(String(slowOnes));

    // A facet changes map and list …
    await facet(page, 'release', 'a').click();
    await expect.poll(() => rows(page).count()).toBe(allOnes - slowOnes);
    await expect
      .poll(() => plot(page).getAttribute('aria-label'))
      .toContain(`Heat map of ${allOnes - slowOnes} traces`);
    await facet(page, 'release', 'a').click();
    await expect.poll(() => rows(page).count()).toBe(allOnes);

    // … and a part of the map changes facets and list: its upper half has the slow ones.
    const box = (await plot(page).boundingBox())!;
    await page.mouse.move(box.x + 60, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 20, box.y + 50, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/brush=/);
    await expect.poll(() => rows(page).count()).toBe(slowOnes);
    await expect.poll(() => facet(page, 'release', 'a').count()).toBe(0);
    await expect.poll(async () => facet(page, 'Service', 'web').textContent()).toContain(String(slowOnes));
    expect(await plot(page).getAttribute('aria-label')).toContain(`Heat map of ${allOnes} traces`);

    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await expect.poll(() => rows(page).count()).toBe(slowOnes);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => rows(page).count()).toBe(allOnes);
    await page.close();
  });

  it('selects in the map by keyboard, and in its table', { timeout: 60_000 }, async () => {
    const page = await open('/?range=6h&limit=100');
    await plot(page).waitFor();
    await plot(page).focus();
    for (let step = 0; step < 61; step++) await page.keyboard.press('Shift+ArrowLeft');
    // Down to the shortest and up to what is shorter than the slow ones.
    for (let step = 0; step < 6; step++) await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Enter');
    await page.waitForURL(/brush=/);
    await expect.poll(() => rows(page).count()).toBe(allOnes - slowOnes);
    await page.keyboard.press('Escape');
    await expect.poll(() => rows(page).count()).toBe(allOnes);

    await page.getByRole('button', { name: 'As a table' }).click();
    const failed = page.getByRole('cell').getByRole('button', { name: /with errors/ });
    const counts = await failed.allTextContents();
    expect(counts.map((text) => Number.parseInt(text, 10)).reduce((sum, count) => sum + count, 0)).toBe(slowOnes);
    await failed.first().click();
    await expect.poll(() => rows(page).count()).toBe(Number.parseInt(counts[0]!, 10));
    await page.close();
  });

  it('lists what a cell of the map counted, to the microsecond and for days', { timeout: 60_000 }, async () => {
    const page = await open(`/?${tenMillis}`);
    await page.getByRole('button', { name: 'As a table' }).click();
    const table = page.getByRole('region', { name: 'As a table' });
    const cell = (row: RegExp, column: number): Locator =>
      table.getByRole('row', { name: row }).getByRole('cell').nth(column).getByRole('button');
    const hrefs = (): Promise<(string | null)[]> =>
      rows(page).evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    const short = /^256\sµs/;
    expect(await cell(short, 1).textContent()).toBe('2');
    await cell(short, 1).click();
    await expect
      .poll(async () => (await hrefs()).map((href) => href?.slice(-2)), { timeout: 15_000 })
      .toEqual(['cb', 'ca']);
    expect(new URL(page.url()).searchParams.get('brush')).toContain('.001667Z,');
    const long = table.getByRole('row').nth(1).getByRole('button');
    expect(await long.textContent()).toBe('1');
    await long.click();
    await expect.poll(hrefs, { timeout: 15_000 }).toEqual([expect.stringContaining(traceHex(210))]);
    // Zoomed in, the range is the same.
    await cell(short, 0).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL((url) => !url.searchParams.has('brush'));
    expect(new URL(page.url()).searchParams.get('to')).toMatch(/\.001666Z$/);
    await expect.poll(hrefs, { timeout: 15_000 }).toEqual([expect.stringContaining(traceHex(201))]);
    await page.close();
  });

  it(
    'changes no time that nobody changed, in the hour that a clock goes through twice',
    { timeout: 60_000 },
    async () => {
      const berlin = await openBrowser({ viewport: { width: 1280, height: 900 }, timezoneId: 'Europe/Berlin' });
      try {
        const page = await berlin.context.newPage();
        const range = 'from=2026-10-25T01:30:00.750Z&to=2026-10-25T01:30:00.900Z';
        const brush = 'brush=2026-10-25T01:30:00.800Z,2026-10-25T01:30:00.850Z,0ns,64000000ns';
        await page.goto(`${collector.mainUrl}/?${range}&${brush}`);
        const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
        for (const field of [from, to]) {
          await field.focus();
          await field.press('Enter');
          await field.blur();
        }
        // What is changed is taken, and the other end stays as it was.
        await page.getByLabel('Limit').selectOption('100');
        await page.waitForURL(/limit=100/);
        expect(new URL(page.url()).search).toContain(range);
        expect(new URL(page.url()).search).toContain(brush);
        await from.fill('2026-10-25T01:30:00');
        await from.press('Enter');
        await page.waitForURL((url) => url.searchParams.get('from') === '2026-10-24T23:30:00.000Z');
        expect(new URL(page.url()).searchParams.get('to')).toBe('2026-10-25T01:30:00.900Z');
      } finally {
        await berlin.close();
      }
    },
  );

  it('says that it searches until it knows that there is nothing', { timeout: 60_000 }, async () => {
    const page = await open('/?range=6h');
    const line = page.getByRole('combobox', { name: 'Query' });
    const nothing = page.getByText('No trace meets this query');
    await line.fill('no.such.tag release=b');
    await line.press('Enter');
    await nothing.waitFor();
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/spanwise/v1/traces?*', async (route) => held.then(() => route.continue()));
    await page.route('**/api/spanwise/v1/traces/overview?*', async (route) => held.then(() => route.continue()));
    await page.getByRole('button', { name: 'Drop “no.such.tag”' }).click();
    await page.getByRole('status').filter({ hasText: 'Searching…' }).waitFor();
    expect(await nothing.count()).toBe(0);
    expect(await page.getByText('Nothing to choose from').count()).toBe(0);
    expect(await page.getByText('0 traces').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    answer();
    await rows(page).first().waitFor();
    expect(await page.getByText('Searching…').count()).toBe(0);
    await page.close();
  });

  it.each(['Enter', 'the button'])('searches once when a new query is sent by %s', { timeout: 60_000 }, async (by) => {
    const page = await open('/?range=6h&q=service%3Dweb');
    await facet(page, 'Service', 'web').waitFor();
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      const [, what = ''] = /\/v1\/traces(\/overview)?$/.exec(url.pathname) ?? [undefined, undefined];
      // One column alone is for the values of a tag, by which the line is completed.
      if (url.pathname.includes('/v1/traces') && url.searchParams.get('columns') !== '1')
        asked.push(`${what || '/traces'} ${url.searchParams.get('q')}`);
    });
    const line = page.getByRole('combobox', { name: 'Query' });
    const send = (): Promise<void> =>
      by === 'Enter' ? line.press('Enter') : page.getByRole('button', { name: 'Search', exact: true }).click();
    await line.fill('release=b');
    await send();
    await expect.poll(() => rows(page).count()).toBe(slowOnes);
    await page.waitForLoadState('networkidle');
    expect(asked.toSorted()).toEqual(['/overview release=b', '/traces release=b']);
    // The same query is searched for again.
    await send();
    await expect.poll(() => asked.length).toBe(4);
    expect(asked.slice(2).toSorted()).toEqual(['/overview release=b', '/traces release=b']);
    await page.close();
  });

  it('is where a tag of a span leads, whatever is in it', { timeout: 60_000 }, async () => {
    const page = await browser.context.newPage();
    for (const condition of ['db.statement="SELECT 1;\\n"', '"a=b"=1']) {
      await page.goto(`${collector.mainUrl}${tracePath(211)}`);
      await page.getByRole('treegrid').getByRole('row').first().click();
      const link = page.getByRole('link', { name: `Find traces with ${condition}` });
      await link.focus();
      await link.press('Enter');
      await page.waitForURL((url) => url.pathname === '/');
      expect(new URL(page.url()).searchParams.get('q')).toBe(`service="odd " ${condition}`);
      await expect.poll(() => rows(page).count(), { timeout: 15_000 }).toBe(1);
      expect(await rows(page).first().getAttribute('href')).toContain(traceHex(211));
    }
    await page.close();
  });

  it('has its facets in a sheet on a phone', { timeout: 60_000 }, async () => {
    const page = await open('/?range=6h', { width: 390, height: 844 });
    await page.getByRole('button', { name: 'Filters' }).click();
    const sheet = page.getByRole('dialog', { name: 'Filters' });
    await facet(page, 'release', 'b').click();
    await sheet.getByRole('button', { name: 'Show the traces' }).click();
    await expect.poll(() => listed(page)).toContain(`${slowOnes} traces`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.close();
  });

  it.each([
    [
      'light',
      1280,
      '/?range=6h&q=service%3Dorders&brush=2020-01-01T00:00:00.000Z,2100-01-01T00:00:00.000Z,0ns,64000000ns',
    ],
    ['dark', 390, '/?range=6h&live=1'],
  ] as const)('has nothing that axe finds: %s, %i px', { timeout: 60_000 }, async (colorScheme, width, address) => {
    const page = await browser.context.newPage();
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${collector.mainUrl}${address}`);
    await rows(page).first().waitFor();
    await plot(page).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'As a table' }).click();
    if (width === 390) await page.getByRole('button', { name: 'Filters' }).click();
    await facet(page, 'Service', 'orders').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it('says that traces are missing from a live list', { timeout: 120_000 }, async () => {
    const page = await open('/?range=6h&limit=20&live=1');
    await page.getByText('Live: waiting for new traces').waitFor();
    const missing = page.getByText('Traces came that are not in this list');
    // Nobody answers while more come than are asked for at once.
    await page.route('**/api/spanwise/v1/traces?*', (route) => route.abort());
    await page.getByText('Live is paused until the collector answers').waitFor({ timeout: 15_000 });
    expect(await missing.count()).toBe(0);
    const now = Date.now() * 1000;
    for (let at = 0; at < 101; at++) await sendTrace(collector, 1000 + at, now + at, requestSpans(1, false));
    await page.unroute('**/api/spanwise/v1/traces?*');
    await missing.waitFor({ timeout: 30_000 });
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Search again' }).click();
    await missing.waitFor({ state: 'detached' });
    await page.close();
  });

  it('shows new traces as they come, and moves nothing under the focus', { timeout: 120_000 }, async () => {
    const page = await open('/?range=6h&limit=20');
    await page.getByRole('button', { name: 'Live' }).click();
    await page.waitForURL(/live=1/);
    await page.getByText('Live: waiting for new traces').waitFor();
    const first = rows(page).first();
    const arrive = (trace: number): Promise<void> =>
      sendTrace(collector, trace, Date.now() * 1000, requestSpans(1, false));
    await arrive(101);
    await expect.poll(() => first.getAttribute('href'), { timeout: 15_000 }).toContain(traceHex(101));

    const second = rows(page).nth(1);
    const focused = await second.getAttribute('href');
    await second.focus();
    const before = (await second.boundingBox())!.y;
    await arrive(102);
    const more = page.getByRole('button', { name: '1 new trace' });
    await more.waitFor({ timeout: 15_000 });
    expect((await second.boundingBox())!.y).toBe(before);
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).toBe(focused);
    await more.click();
    await expect.poll(() => first.getAttribute('href')).toContain(traceHex(102));
    // It goes on by itself once somebody answers again.
    await collector.end('SIGTERM');
    await page.getByText('Live is paused until the collector answers').waitFor({ timeout: 15_000 });
    const port = Number(new URL(collector.mainUrl).port);
    collector = await startCollectorProcess({ dataDirectory: directory, mainPort: port });
    await page.getByText('Live: waiting for new traces').waitFor({ timeout: 30_000 });
    await arrive(103);
    await expect.poll(() => first.getAttribute('href'), { timeout: 15_000 }).toContain(traceHex(103));
    await page.close();
  });
});

function traceHex(trace: number): string {
  return trace.toString(16).padStart(32, '0');
}
