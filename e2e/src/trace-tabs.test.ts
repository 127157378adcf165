import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { reasonToSkip } from './chromium.ts';
import type { CollectorProcess } from './collector-process.ts';
import { tracePath } from './sample-traces.ts';
import { openTracePageBench } from './trace-page-bench.ts';
import type { TracePageBench } from './trace-page-bench.ts';

const reason = reasonToSkip();

describe.skipIf(reason !== undefined)('the tabs of a trace', () => {
  let bench: TracePageBench;
  let collector: CollectorProcess;
  let page: Page;

  beforeAll(async () => {
    bench = await openTracePageBench();
    ({ collector, page } = bench);
  }, 60_000);

  afterAll(async () => bench?.close());

  it('are walked by arrow keys and keep selection and search', { timeout: 60_000 }, async () => {
    await open('');
    await page.keyboard.press('e');
    await page.getByRole('searchbox', { name: 'Search in this trace' }).fill('charge');
    await page.getByRole('tab', { name: 'Waterfall' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('article').first().waitFor();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator(':focus').textContent()).toBe('Operations');
    const selected = page.getByRole('grid').locator('[role=row][aria-selected=true]');
    await expect.poll(() => selected.textContent()).toContain('charge');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('img', { name: /^Flame graph of 6 paths/ }).waitFor();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tabpanel').locator('button[aria-pressed=true]').textContent()).toContain('× 3');
    await page.waitForURL(/tab=graph/);
    expect(page.url()).toContain('span=00000000000000c8');
    expect(page.url()).toContain('q=charge');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Download' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('treegrid', { name: 'Spans of the trace' }).waitFor();
  });

  it('table the operations with statistics, sorted by any column', { timeout: 60_000 }, async () => {
    await open('?tab=operations');
    const cells = async (operation: string): Promise<string[]> =>
      (await gridRow(operation).getByRole('gridcell').allTextContents()).map((text) => text.replaceAll('\u202f', ' '));
    expect(await cells('SELECT item')).toEqual([
      '20',
      '112 ms',
      '112 ms',
      '5.60 ms',
      '5.60 ms',
      '7.20 ms',
      '7.20 ms',
      '',
    ]);
    expect((await cells('charge')).at(-1)).toBe('2');
    await page.getByRole('columnheader', { name: 'Spans' }).getByRole('button').click();
    await expect.poll(first).toContain('SELECT item');
    await page.getByRole('columnheader', { name: 'Service and operation' }).getByRole('button').press('Enter');
    await expect.poll(first).toContain('POST /checkout');
    await page.waitForURL(/sort=name\.up/);
    expect(await page.locator('[aria-sort=ascending]').textContent()).toBe('Service and operation');
    await page.getByRole('columnheader', { name: 'Spans' }).getByRole('button').blur();
    await page.keyboard.press('End');
    await page.getByRole('complementary', { name: 'Span' }).getByRole('heading', { name: 'payment charge' }).waitFor();
  });

  it('select a span that the waterfall shows in the row of its group', { timeout: 60_000 }, async () => {
    await open('?tab=operations');
    await gridRow('SELECT item').click();
    // The longest of twenty is not the first of them.
    await page.waitForURL(/span=0000000000000066/);
    await page.getByRole('tab', { name: 'Waterfall' }).click();
    const selected = page.locator('[role=treegrid] [role=row][aria-selected=true]');
    await expect.poll(() => selected.textContent()).toContain('× 20');
    await page.keyboard.press('j');
    await expect.poll(() => selected.textContent()).toContain('charge');
  });

  it('count only what is in focus and picked out', { timeout: 60_000 }, async () => {
    await open('?tab=operations&focus=0000000000000003&q=select&only=matches');
    await expect.poll(() => page.getByRole('grid').locator('[role=row]').count()).toBe(2);
    expect(await gridRow('SELECT item').count()).toBe(1);
  });

  it('draw a flame graph in which a press selects and zooms', { timeout: 60_000 }, async () => {
    await open('?tab=flame');
    const canvas = page.getByRole('img', { name: /^Flame graph/ });
    await canvas.waitFor();
    // The third level from the top: POST /orders of the orders.
    await canvas.click({ position: { x: 60, y: 55 } });
    await page
      .getByRole('complementary', { name: 'Span' })
      .getByRole('heading', { name: 'orders POST /orders' })
      .waitFor();
    await page.waitForURL(/path=0000000000000003/);
    // Zoomed, the level below reaches further to the right: the payment now ends where the queries and it are.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/span=00000000000000ca/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/path=00000000000000ca/);
    await page.keyboard.press('0');
    await page.waitForURL((url) => !url.search.includes('path='));
    expect(await violationsOf(page)).toEqual([]);
  });

  it('read the flame graph and the graph as a table', { timeout: 60_000 }, async () => {
    for (const tab of ['flame', 'graph']) {
      await open(`?tab=${tab}`);
      await page.getByRole('button', { name: 'As a table' }).click();
      const rows = page.getByRole('treegrid').locator('[role=row][aria-level]');
      await expect.poll(() => rows.count()).toBe(6);
      expect(await rows.nth(3).textContent()).toContain('SELECT item');
      expect(await rows.nth(3).getAttribute('aria-level')).toBe('4');
      await page.waitForURL(/as=table/);
      expect(await violationsOf(page)).toEqual([]);
      await page.locator(':focus').blur();
      await page.keyboard.press('t');
      await expect.poll(() => page.getByRole('treegrid').count()).toBe(0);
    }
  });

  it('draw who called whom, walked by arrow keys', { timeout: 60_000 }, async () => {
    await open('?tab=graph');
    const node = (name: string) => page.getByRole('tabpanel').getByRole('button').filter({ hasText: name });
    await node('SELECT item').waitFor();
    const left = async (name: string): Promise<number> => (await node(name).boundingBox())!.x;
    expect(await left('POST /checkout')).toBeLessThan(await left('send'));
    expect(await left('send')).toBeLessThan(await left('charge'));
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    expect(await page.getByRole('tabpanel').locator('button[aria-pressed=true]').textContent()).toContain('send');
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/span=0000000000000001/);
  });

  it.each([
    ['operations', 'light', 1280],
    ['operations', 'dark', 390],
    ['flame', 'dark', 390],
    ['graph', 'light', 390],
    ['graph', 'dark', 1280],
  ] as const)('have nothing that axe finds: %s, %s, %i px', { timeout: 60_000 }, async (tab, colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    await open(`?tab=${tab}&span=0000000000000064`);
    expect(await violationsOf(page)).toEqual([]);
  });

  async function open(search: string): Promise<void> {
    await page.goto(`${collector.mainUrl}${tracePath(7)}${search}`);
    // The code of a tab comes when it is first shown.
    await page.locator('[role=tabpanel] > *').first().waitFor();
    await page.waitForLoadState('networkidle');
  }

  function gridRow(operation: string) {
    return page.getByRole('grid').getByRole('row').filter({ hasText: operation });
  }

  function first(): Promise<string | null> {
    return page.getByRole('grid').locator('[role=row][aria-rowindex="2"]').textContent();
  }
});
