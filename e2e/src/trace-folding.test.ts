import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { reasonToSkip } from './chromium.ts';
import type { CollectorProcess } from './collector-process.ts';
import { tracePath } from './sample-traces.ts';
import { openTracePageBench } from './trace-page-bench.ts';
import type { TracePageBench } from './trace-page-bench.ts';

const reason = reasonToSkip();

describe.skipIf(reason !== undefined)('folding in the waterfall', () => {
  let bench: TracePageBench;
  let collector: CollectorProcess;
  let page: Page;

  beforeAll(async () => {
    bench = await openTracePageBench();
    ({ collector, page } = bench);
  }, 60_000);

  afterAll(async () => bench?.close());

  it('shows twenty like siblings as one row with their total and spread', { timeout: 60_000 }, async () => {
    await open();
    const group = row('SELECT item');
    expect(await group.count()).toBe(1);
    const text = (await group.textContent())?.replaceAll('\u202f', ' ');
    expect(text).toContain('× 20');
    expect(text).toContain('112 ms in all, 4.00 ms – 7.20 ms each');
    await expect.poll(() => rows().count()).toBe(8);
  });

  it('opens the group by → and closes it by x, which the address holds', { timeout: 60_000 }, async () => {
    await open();
    await row('SELECT item').click();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => row('SELECT item').count()).toBe(20);
    await page.waitForURL(/ungroup=0000000000000064/);
    const address = page.url();
    await page.keyboard.press('x');
    await expect.poll(() => row('SELECT item').count()).toBe(1);
    await page.waitForURL((url) => !url.search.includes('ungroup'));
    await page.goto(address);
    await expect.poll(() => row('SELECT item').count()).toBe(20);
    await row('SELECT item').first().getByText('× 20').click();
    await expect.poll(() => row('SELECT item').count()).toBe(1);
  });

  it('opens so many levels by a digit, and says how many spans are hidden', { timeout: 60_000 }, async () => {
    await open();
    await page.keyboard.press('2');
    await expect.poll(() => rows().count()).toBe(3);
    expect(await row('POST /orders').textContent()).toContain('+24');
    await page.waitForURL(/levels=2/);
    await page.reload();
    await rows().first().waitFor();
    expect(await rows().count()).toBe(3);
    await page.keyboard.press('2');
    await expect.poll(() => rows().count()).toBe(8);
  });

  it('folds by level, service and likeness in the menu', { timeout: 60_000 }, async () => {
    await open();
    await page.getByRole('button', { name: 'Fold', exact: true }).click();
    const menu = page.getByRole('dialog', { name: 'Fold' });
    await menu.getByRole('checkbox', { name: 'orders' }).check();
    await expect.poll(() => rows().count()).toBe(4);
    expect(await violationsOf(page)).toEqual([]);
    await menu.getByRole('checkbox', { name: 'orders' }).uncheck();
    await menu.getByRole('checkbox', { name: 'Like siblings as one row' }).uncheck();
    await expect.poll(() => rows().count()).toBe(27);
    await menu.getByRole('button', { name: 'Show 1 level' }).click();
    await expect.poll(() => rows().count()).toBe(1);
    await menu.getByRole('button', { name: 'Unfold all' }).click();
    await expect.poll(() => rows().count()).toBe(27);
    await page.keyboard.press('Escape');
    await page.waitForURL(/alike=off/);
    // The keys of the view work again.
    await page.keyboard.press('1');
    await expect.poll(() => rows().count()).toBe(1);
  });

  it('opens what hides the next error', { timeout: 60_000 }, async () => {
    await page.goto(`${collector.mainUrl}${tracePath(7)}?levels=1`);
    await rows().first().waitFor();
    await page.keyboard.press('e');
    await expect.poll(selectedText).toContain('charge');
    await page.keyboard.press('e');
    await page.waitForURL(/span=00000000000000c9/);
    expect(await rows().count()).toBe(8);
  });

  async function open(): Promise<void> {
    await page.goto(`${collector.mainUrl}${tracePath(7)}`);
    await rows().first().waitFor();
  }

  function rows(): Locator {
    return page.locator('[role=treegrid] [role=row][aria-level]');
  }

  function row(operation: string): Locator {
    return rows().filter({ hasText: operation });
  }

  function selectedText(): Promise<string | null> {
    return page.locator('[role=row][aria-selected=true]').textContent();
  }
});
