import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { MainJob } from './main-job.ts';

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

describe.skipIf(reason !== undefined)('the page on the running shop', () => {
  let directory: string;
  let job: MainJob;
  let browser: OpenBrowser;
  let pageUrl: string;
  let traceId: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-page-'));
    job = new MainJob(directory, ['--rate', '4']);
    pageUrl = await job.pageUrl();
    traceId = await job.traceId();
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    job?.child.kill('SIGTERM');
    await job?.ended;
    await rm(directory, { recursive: true, force: true });
  });

  it('finds a checkout by search and shows every process of it with right parents', { timeout: 60_000 }, async () => {
    const page = await tallPage(browser);
    const errors = watchErrors(page);
    await page.goto(pageUrl);
    await ask(page, 'service=gateway operation="POST /checkout"');
    // A checkout of three lines has 30 spans; one that is still arriving has fewer.
    const found = page.locator('a[href*="/trace/"]').filter({ hasText: '30 spans' });
    await expect.poll(() => searchAgain(page, found), { timeout: 40_000, interval: 500 }).toBeGreaterThan(0);
    expect(page.url()).toContain('service%3Dgateway');
    await found.first().click();

    const rows = await rowsOf(page);
    expect(rows[0]).toMatchObject({ level: 1, service: 'gateway', operation: 'POST /checkout' });
    expectCheckout(rows);
    expect(errors).toEqual([]);
    await page.close();
  });

  it(
    'shows what a click on "buy" in the shop’s page cost, from the page to the consumer',
    { timeout: 90_000 },
    async () => {
      const shop = await browser.context.newPage();
      const errors = watchErrors(shop);
      await shop.goto(await job.shopUrl());
      await shop.getByRole('button', { name: 'Buy' }).click();
      await shop.getByRole('status').filter({ hasText: 'total' }).waitFor();
      expect(errors).toEqual([]);

      const page = await tallPage(browser);
      await page.goto(pageUrl);
      await ask(page, 'service=shop-page operation="click button#buy"');
      // The two spans of the page, the 30 of the checkout, and on a busy machine some that waited for a connection of the pool.
      const found = page.locator('a[href*="/trace/"]').filter({ hasText: /3[2-9] spans/ });
      await expect.poll(() => searchAgain(page, found), { timeout: 60_000, interval: 500 }).toBeGreaterThan(0);
      await found.first().click();
      const rows = await rowsOf(page);
      expect(rows.slice(0, 3)).toEqual([
        { level: 1, service: 'shop-page', operation: 'click button#buy' },
        { level: 2, service: 'shop-page', operation: 'POST /checkout' },
        { level: 3, service: 'gateway', operation: 'POST /checkout' },
      ]);
      expectCheckout(rows);
      await Promise.all([page.close(), shop.close()]);
    },
  );

  it('opens the same view from its address', { timeout: 60_000 }, async () => {
    const page = await browser.context.newPage();
    await page.goto(`${pageUrl}/trace/${traceId}`);
    const rows = await rowsOf(page);
    await page.getByRole('row').filter({ hasText: 'INSERT' }).first().click();
    await page.waitForURL(/span=/);
    const address = page.url();
    await page.close();

    const again = await browser.context.newPage();
    await again.goto(address);
    expect(await rowsOf(again)).toEqual(rows);
    expect(await again.locator('[role=row][aria-selected=true]').textContent()).toContain('INSERT');
    await again.close();
  });

  it.each([
    ['traces', '', 'light', 1280],
    ['traces', '', 'dark', 390],
    ['trace', 'trace', 'light', 390],
    ['trace', 'trace', 'dark', 1280],
  ] as const)(
    'has nothing that axe finds: %s%s, %s, %i px',
    { timeout: 60_000 },
    async (_, place, colorScheme, width) => {
      const page = await browser.context.newPage();
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await page.goto(place === '' ? pageUrl : `${pageUrl}/trace/${traceId}`);
      await (place === '' ? page.locator('a[href*="/trace/"]').first() : page.getByRole('row').first()).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.close();
    },
  );
});

/** High enough for a whole checkout. */
async function tallPage({ context }: OpenBrowser): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 1400 });
  return page;
}

/** Every process of the shop that a checkout meets is there, each called by the right one. */
function expectCheckout(rows: readonly Row[]): void {
  expect(callersOf(rows, 'orders')).toEqual(new Set(['gateway']));
  expect(callersOf(rows, 'catalogue')).toEqual(new Set(['orders']));
  expect(callersOf(rows, 'billing')).toEqual(new Set(['orders']));
  expect(callersOf(rows, 'payment')).toEqual(new Set(['orders', 'billing']));
  const parentsOf = (pattern: RegExp): Set<string> =>
    new Set(
      rows
        .filter(({ operation }) => pattern.test(operation))
        .map((row) => `${row.service} ${row.operation} under ${parentOf(rows, row)?.operation}`),
    );
  expect(parentsOf(/^(SELECT|WITH)/)).toEqual(
    new Set(['catalogue SELECT item under shop.Catalogue/GetItem', 'catalogue WITH under shop.Catalogue/Reserve']),
  );
  expect(parentsOf(/^(BEGIN|INSERT|COMMIT)/)).toEqual(
    new Set(['BEGIN', 'INSERT purchase', 'COMMIT'].map((statement) => `orders ${statement} under POST /orders`)),
  );
  expect(parentsOf(/^(task|publish|process)/)).toEqual(
    new Set([
      'orders task receipt-worker under POST /orders',
      'orders task receipt-worker under task receipt-worker',
      'orders publish orders/placed under POST /orders',
      'billing process orders/placed under publish orders/placed',
    ]),
  );
}

interface Row {
  readonly level: number;
  readonly service: string;
  readonly operation: string;
}

async function ask(page: Page, query: string): Promise<void> {
  const line = page.getByRole('combobox', { name: 'Query' });
  await line.fill(query);
  await line.press('Enter');
}

async function searchAgain(page: Page, found: Locator): Promise<number> {
  const count = await found.count();
  if (count === 0) await page.getByRole('button', { name: 'Search', exact: true }).click();
  return count;
}

/** The waterfall as a reader of the accessibility tree meets it, top to bottom. */
async function rowsOf(page: Page): Promise<Row[]> {
  await page.getByRole('treegrid').waitFor();
  await page.locator('[role=row][aria-level="1"]').first().waitFor();
  return page.locator('[role=treegrid] [role=row][aria-level]').evaluateAll((elements) =>
    elements
      .map((element) => {
        const [service, operation] = [...element.querySelectorAll('[class*="service"], [class*="operation"]')].map(
          (part) => part.getAttribute('title') ?? part.textContent ?? '',
        );
        const place = Number(element.getAttribute('aria-rowindex'));
        return {
          place,
          level: Number(element.getAttribute('aria-level')),
          service: service ?? '',
          operation: operation ?? '',
        };
      })
      .sort((left, right) => left.place - right.place)
      .map(({ level, service, operation }) => ({ level, service, operation })),
  );
}

function parentOf(rows: readonly Row[], row: Row): Row | undefined {
  return rows.slice(0, rows.indexOf(row)).findLast(({ level }) => level === row.level - 1);
}

/** The services that call `service`: parents of its spans that are not its own. */
function callersOf(rows: readonly Row[], service: string): Set<string> {
  const parents = rows.filter((row) => row.service === service).map((row) => parentOf(rows, row)?.service ?? 'nobody');
  return new Set(parents.filter((parent) => parent !== service));
}

function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}
