import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { CollectorProcess } from './collector-process.ts';
import { faultKinds, faultySpans } from './faulty-trace.ts';
import { sendTrace, tracePath } from './sample-traces.ts';
import { openTracePageBench } from './trace-page-bench.ts';
import type { TracePageBench } from './trace-page-bench.ts';

const reason = reasonToSkip();
/** Of what the page does when it is idle, on a machine that is not. */
const patience = { timeout: 15_000 };

/** Traces of the tests: a healthy one, one with every fault, one that grows, and one with two errors. */
const [healthy, faulty, growing, twoErrors] = [11, 13, 15, 17];

describe.skipIf(reason !== undefined)('the findings of a trace', { timeout: 60_000 }, () => {
  let bench: TracePageBench;
  let collector: CollectorProcess;
  let page: Page;

  beforeAll(async () => {
    bench = await openTracePageBench();
    ({ collector, page } = bench);
    const hourAgo = Date.now() * 1000 - 3_600_000_000;
    await sendTrace(collector, faulty, hourAgo, faultySpans());
    await sendTrace(collector, healthy, hourAgo, [
      { id: 1, parent: 0, service: 'shop', name: 'GET /', start: 0, duration: 30_000 },
      { id: 2, parent: 1, service: 'shop', name: 'render', start: 1_000, duration: 55_000 },
    ]);
  }, 60_000);

  afterAll(async () => bench?.close());

  it('stand in the header in plain words, most valuable first', async () => {
    await open(7);
    expect(await texts(cards())).toEqual([
      'N+1 calls, 105 ms to save: 28 % of the time is orders waiting for SELECT item (20 calls in a row: N+1)',
      'Retry, 80.0 ms to save: payment charge was tried 3 times',
    ]);
    const how = 'the calls’ time on the critical path, less the longest call';
    expect((await card('N+1').getAttribute('title'))?.replaceAll('\u202f', ' ')).toContain(
      `105 ms could be saved: ${how}.`,
    );
    await page.getByRole('tab', { name: 'Findings 2' }).waitFor();
  });

  it('select the spans that show them, mark all of these, and are walked through', async () => {
    await open(7);
    await card('N+1').click();
    expect(await card('N+1').getAttribute('aria-pressed')).toBe('true');
    await panel().getByRole('heading', { name: 'orders SELECT item' }).waitFor();
    await panel().getByText('1 of 20').waitFor();
    await page.waitForURL(/finding=n-plus-one(~|%7E)0000000000000064/);
    await page.keyboard.press(']');
    await panel().getByText('2 of 20').waitFor();
    await expect.poll(() => page.locator('[role=row][data-evident]').count(), patience).toBe(20);
    expect(await selected()).toContain('SELECT item');
    await panel().getByRole('button', { name: 'Previous span of the finding' }).click();
    await panel().getByText('1 of 20').waitFor();
    await page.keyboard.press('[');
    await panel().getByText('20 of 20').waitFor();
    await page.waitForURL(/span=0000000000000077/);
    const address = page.url();

    await page.goto('about:blank');
    await page.goto(address);
    await panel().getByText('20 of 20').waitFor();
    await expect.poll(() => page.locator('[role=row][data-evident]').count(), patience).toBe(20);
    await card('N+1').click();
    await page.waitForURL((url) => !url.search.includes('finding='));
    expect(await page.locator('[role=row][data-evident]').count()).toBe(0);
  });

  it('are told in the panel of each span that shows one, and of no other', async () => {
    await open(7);
    await row('charge').first().click();
    await panel().getByText('Retry: payment charge was tried 3 times.').waitFor();
    await panel().getByText('1 of 3').waitFor();
    await row('mailer').click();
    await panel().getByRole('heading', { name: 'mailer send' }).waitFor();
    expect(await panel().getByText('could be saved').count()).toBe(0);
  });

  it('are all listed with what they are told from, and lead to the waterfall', async () => {
    await open(faulty);
    await page.getByRole('button', { name: `All ${faultKinds} findings` }).click();
    await page.waitForURL(/tab=findings/);
    const entries = page.getByRole('article');
    await expect.poll(() => entries.count(), patience).toBe(faultKinds);
    const names = await texts(entries.locator('h2'));
    expect(new Set(names).size).toBe(faultKinds);
    for (const text of await texts(entries)) {
      expect(text).toContain('Told ');
      expect(text).not.toMatch(/undefined|NaN/);
    }
    const loop = entries.filter({ hasText: 'N+1 calls' });
    expect((await loop.textContent())?.replaceAll('\u202f', ' ')).toContain(
      'Told from 5 calls on, when 50 ms could be saved',
    );
    expect(await loop.getByRole('button').count()).toBe(6);
    await loop.getByText('and 35 more').waitFor();
    await loop.getByRole('button').nth(1).click();
    await panel().getByText('2 of 41').waitFor();
    await expect.poll(selected, patience).toContain('SELECT *');
  });

  it('are said in Chinese, each kind', async () => {
    await open(faulty, '?tab=findings');
    const english = await texts(page.getByRole('article').locator('h2'));
    await page.getByRole('button', { name: /^Language/ }).click();
    const entries = page.getByRole('article');
    await expect.poll(async () => (await texts(entries.locator('h2')))[0], patience).toMatch(/\p{Script=Han}/u);
    const chinese = await texts(entries.locator('h2'));
    expect(chinese).toHaveLength(english.length);
    expect(new Set(chinese).size).toBe(faultKinds);
    for (const text of await texts(entries)) {
      expect(text).not.toMatch(/undefined|NaN| (the|of|and|is|could) /);
      expect(text).toContain('提示');
    }
    await page.getByRole('button', { name: /^语言/ }).click();
    await page.getByRole('tab', { name: /^Waterfall/ }).waitFor();
  });

  it('are none where nothing stands out; what ends after its parent is a warning', async () => {
    await open(healthy);
    await page.getByText('No finding: nothing stands out in this trace.').waitFor();
    expect(await cards().count()).toBe(0);
    await page.getByText('1 warning').click();
    await page.getByRole('button', { name: /It ends 26.0.ms after its parent, which did not wait for it/ }).click();
    await panel().getByRole('heading', { name: 'shop render' }).waitFor();
    await panel().getByText('It ends 26.0').waitFor();
    await page.getByRole('button', { name: 'What is looked for' }).click();
    await expect.poll(() => page.getByRole('tabpanel').locator('dt').count(), patience).toBe(faultKinds);
  });

  it('that came up to the same root are told apart, and select where they began', async () => {
    const failed = { parent: 2, service: 'shop', failed: true };
    await sendTrace(collector, twoErrors, Date.now() * 1000 - 3_600_000_000, [
      { ...failed, id: 1, parent: 0, name: 'GET /', start: 0, duration: 90_000 },
      { ...failed, id: 2, parent: 1, name: 'buy', start: 1_000, duration: 80_000 },
      { ...failed, id: 3, name: 'reserve', start: 2_000, duration: 20_000 },
      { ...failed, id: 4, name: 'charge', start: 30_000, duration: 20_000 },
    ]);
    await open(twoErrors);
    await cards().first().waitFor();
    expect(await cards().count()).toBe(2);
    for (const name of ['charge', 'reserve']) {
      await cards().filter({ hasText: name }).click();
      await panel()
        .getByRole('heading', { name: `shop ${name}` })
        .waitFor();
      const pressed = page.getByRole('region', { name: 'Findings' }).locator('li > button[aria-pressed=true]');
      expect(await pressed.count()).toBe(1);
      expect(await pressed.textContent()).toContain(name);
    }
  });

  it('are looked for again as spans arrive', async () => {
    const now = Date.now() * 1000;
    const root = { id: 1, parent: 0, service: 'shop', name: 'GET /', start: 0, duration: 300_000 };
    await sendTrace(collector, growing, now, [root]);
    await open(growing);
    await page.getByText('No finding').waitFor();
    const tags = ['db.statement', 'SELECT a FROM b WHERE id = $1'];
    const loop = Array.from({ length: 6 }, (_, at) => {
      const place = { start: 1_000 + at * 40_000, duration: 40_000 };
      return { id: 10 + at, parent: 1, service: 'shop', name: 'SELECT a', kind: 3 as const, tags, ...place };
    });
    await sendTrace(collector, growing, now, loop, loop.length + 1);
    await card('N+1').waitFor();
    await card('N+1').click();
    await panel().getByText('1 of 6').waitFor();
  });

  it('are in a saved file, without a network', async () => {
    await open(7, '?tab=json');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as one HTML file' }).click(),
    ]);
    const file = path.join(tmpdir(), `spanwise-findings-${process.pid}.html`);
    onTestFinished(() => rm(file, { force: true }));
    await download.saveAs(file);
    expect((await readFile(file)).byteLength).toBeGreaterThan(100_000);
    const offline = await openBrowser({ offline: true, viewport: { width: 1280, height: 800 } });
    onTestFinished(() => offline.close());
    const opened = await offline.context.newPage();
    await opened.goto(pathToFileURL(file).href);
    await opened.getByRole('button', { name: /^Retry, .* payment charge/ }).click();
    await opened.getByRole('complementary', { name: 'Span' }).getByText('1 of 3').waitFor();
    await opened.getByRole('tab', { name: 'Findings 2' }).click();
    await expect.poll(() => opened.getByRole('article').count(), patience).toBe(2);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('have nothing that axe finds: %s, %i px', async (colorScheme, width) => {
    const other = await bench.browser.context.newPage();
    onTestFinished(() => other.close());
    await other.emulateMedia({ colorScheme });
    await other.setViewportSize({ width, height: 844 });
    await other.goto(`${collector.mainUrl}${tracePath(faulty)}`);
    await other.getByRole('button', { name: /^Straggler/ }).click();
    await other.getByRole('complementary', { name: 'Span' }).getByText('could be saved').waitFor();
    expect(await violationsOf(other)).toEqual([]);
    await other.goto(`${collector.mainUrl}${tracePath(faulty)}?tab=findings`);
    await other.getByRole('article').first().waitFor();
    expect(await violationsOf(other)).toEqual([]);
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await other.evaluate(overflow)).toBe(0);
  });

  it('keep the layout where it is when they come', async () => {
    const other = await bench.browser.context.newPage();
    onTestFinished(() => other.close());
    await other.addInitScript('globalThis.idle = []; requestIdleCallback = (then) => idle.push(then)');
    await other.goto(`${collector.mainUrl}${tracePath(7)}`);
    const grid = other.getByRole('treegrid');
    await grid.waitFor();
    const before = await grid.boundingBox();
    expect(await other.getByRole('button', { name: /^N\+1/ }).count()).toBe(0);
    const goOn = 'for (const then of idle.splice(0)) then()';
    await expect
      .poll(async () => {
        await other.evaluate(goOn);
        return other.getByRole('button', { name: /^N\+1/ }).count();
      }, patience)
      .toBe(1);
    expect(await grid.boundingBox()).toEqual(before);
  });

  async function open(trace: number, search = ''): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`${collector.mainUrl}${tracePath(trace)}${search}`);
    await page.getByRole('tabpanel').locator('> *').first().waitFor();
    await page.getByRole('region', { name: 'Findings' }).or(page.getByText('No finding')).first().waitFor();
  }

  function cards(): Locator {
    return page.getByRole('region', { name: 'Findings' }).locator('li > button');
  }

  function card(start: string): Locator {
    return cards().filter({ hasText: start });
  }

  function panel(): Locator {
    return page.getByRole('complementary', { name: 'Span' });
  }

  function row(text: string): Locator {
    return page.locator('[role=treegrid] [role=row][aria-level]').filter({ hasText: text });
  }

  async function selected(): Promise<string | null> {
    return page.locator('[role=row][aria-selected=true]').textContent();
  }
});

async function texts(locator: Locator): Promise<string[]> {
  return (await locator.allTextContents()).map((text) => text.replaceAll('\u202f', ' '));
}
