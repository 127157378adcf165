import { SpanKind } from '@spanwise/wire/span-record';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { reasonToSkip } from './chromium.ts';
import { layeredSystem, sendSystem } from './sample-system.ts';
import { sendTrace } from './sample-traces.ts';
import { openSumsPageBench } from './sums-page-bench.ts';
import type { SumsPageBench } from './sums-page-bench.ts';

const reason = reasonToSkip();
/** Machines that run tests are busy. */
const patience = { timeout: 15_000 };
const minute = 60;

describe.skipIf(reason !== undefined)('the services', () => {
  // One calls three, they call five, they call three with databases: `account-0-0` and `stock-2-3` fail.
  const system = layeredSystem([1, 3, 5, 3]);
  let bench: SumsPageBench;
  let page: Page;

  beforeAll(async () => {
    // Twice a minute now, of which twenty fail; once a minute, for half of the window before, of which none fails.
    const now = Array.from({ length: 80 }, (_, at) => 2 * minute + at * 30);
    const before = Array.from({ length: 30 }, (_, at) => 65 * minute + at * minute);
    bench = await openSumsPageBench(system, [...now, ...before]);
    ({ page } = bench);
  }, 60_000);

  afterAll(async () => {
    const errors = [...(bench?.errors ?? [])];
    await bench?.close();
    expect(errors).toEqual([]);
  });

  it('tell rate, errors, latency and what changed, what fails first', { timeout: 60_000 }, async () => {
    await open('/services');
    const names = await rowNames();
    expect(names).toHaveLength(12);
    expect(new Set(names.slice(0, 2))).toEqual(new Set(['account-0-0', 'stock-2-3']));
    const cells = await cellsOf('account-0-0');
    // Itself once, and a call from the last layer: 160 in an hour and its running minute.
    expect(cells[0]).toMatch(/^2\.[67]\d?\/min$/);
    expect(cells[2]).toMatch(/^(25|26)%$/);
    expect(cells[3]).toMatch(/^\+2[56](\.\d)? pt$/);
    expect(await row('account-0-0').locator('[data-worse]').count()).toBeGreaterThanOrEqual(1);
    // 2.64 a minute, and 1.76 in the half of the window before in which there was anything.
    expect((await cellsOf('basket-1-0'))[1]).toMatch(/^\+(4|5)\d%$/);
    await page.getByText(/nothing is stored of the window before that, so it is shorter/).waitFor();
  });

  it('are sorted by any column and filtered by name, in the address', { timeout: 60_000 }, async () => {
    await open('/services');
    await page.getByRole('columnheader', { name: 'Rate', exact: true }).getByRole('button').click();
    await page.waitForURL(/sort=rate/);
    const rates = (await rows().locator('[role=cell]:nth-child(2)').allTextContents()).map(Number.parseFloat);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
    await page.getByRole('columnheader', { name: 'Service' }).getByRole('button').press('Enter');
    await page.waitForURL(/sort=name\.up/);
    expect(await rowNames()).toEqual((await rowNames()).toSorted());
    await page.getByRole('searchbox', { name: 'Filter' }).fill('STOCK');
    await expect.poll(rowNames, patience).toEqual(['stock-2-3', 'stock-3-1']);
    await page.getByRole('status').filter({ hasText: '2 of 12 services' }).waitFor();
    await page.reload();
    await expect.poll(rowNames, patience).toEqual(['stock-2-3', 'stock-3-1']);
    await page.getByRole('searchbox', { name: 'Filter' }).fill('nobody');
    await page.getByRole('button', { name: 'Show all names' }).click();
    await expect.poll(async () => (await rowNames()).length, patience).toBe(12);
  });

  it('share their range with the other views', { timeout: 60_000 }, async () => {
    await open('/services');
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('6h');
    await page.waitForURL(/range=6h/);
    const views = page.getByRole('navigation', { name: 'Main' });
    expect(await views.getByRole('link').allTextContents()).toEqual(['Services', 'Traces', 'Map']);
    for (const [view, path] of [
      ['Map', '/map'],
      ['Traces', '/'],
      ['Services', '/services'],
    ] as const) {
      await views.getByRole('link', { name: view }).click();
      await page.waitForURL((url) => url.pathname === path && url.search === '?range=6h');
    }
    await row('catalogue-1-2').getByRole('link').click();
    await page.waitForURL(/\/services\/catalogue-1-2\?range=6h/);
  });

  it('show one of them in three charts under one cursor', { timeout: 60_000 }, async () => {
    await open('/services/stock-2-3');
    const charts = page.getByRole('group', { name: /over time/ });
    await charts.nth(2).waitFor();
    expect(await charts.count()).toBe(3);
    const box = (await charts.nth(0).boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const cursors = page.locator('[data-cursor]');
    await expect.poll(() => cursors.count(), patience).toBe(3);
    const steps = () => cursors.evaluateAll((lines) => lines.map((line) => line.getAttribute('data-cursor')));
    const [at] = await steps();
    expect(await steps()).toEqual([at, at, at]);
    await charts.nth(1).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(steps, patience).toEqual(Array.from({ length: 3 }, () => String(Number(at) + 1)));
    await page
      .getByRole('status')
      .filter({ hasText: /Rate \d/ })
      .waitFor();
  });

  it('open a trace from a dot with one click, and from the cursor by Enter', { timeout: 60_000 }, async () => {
    await open('/services/stock-2-3');
    const dot = page.getByRole('link', { name: /^Trace with a span of/ }).last();
    await dot.click();
    await page.waitForURL(/\/trace\/[0-9a-f]{32}/);
    await page.getByRole('treegrid').getByText('stock-2-3').first().waitFor();
    await page.goBack();
    const chart = page.getByRole('group', { name: /Latency over time/ });
    await chart.focus();
    await page.keyboard.press('End');
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/trace\/[0-9a-f]{32}/);
  });

  it('have charts that can be read as a table', { timeout: 60_000 }, async () => {
    await open('/services/stock-2-3');
    await page.getByRole('button', { name: 'As a table' }).click();
    await page.waitForURL(/as=table/);
    const table = page.getByRole('table', { name: 'Rate, Errors, Latency' });
    // A heading, sixty minutes, and the one that runs.
    await expect.poll(() => table.getByRole('row').count(), patience).toBe(62);
    const cells = await table.getByRole('row').nth(5).getByRole('cell').allTextContents();
    expect(cells.slice(0, 2)).toEqual([expect.stringMatching(/\/min$/), '100%']);
    await table.getByRole('link').first().click();
    await page.waitForURL(/\/trace\/[0-9a-f]{32}/);
  });

  it('have operations that lead to their traces, callers and callees', { timeout: 60_000 }, async () => {
    await open('/services/stock-2-3?range=6h');
    const operations = page.getByRole('table', { name: 'Operations' });
    const own = operations.getByRole('link', { name: 'GET /stock-2-3' });
    await own.waitFor();
    expect(await operations.getByText('calls', { exact: true }).count()).toBeGreaterThan(0);
    const { calls } = system.find(({ name }) => name === 'stock-2-3')!;
    const callees = page.getByRole('table', { name: 'Calls to' }).locator('tbody').getByRole('rowheader');
    expect(new Set(await callees.allTextContents())).toEqual(new Set(calls));
    const callers = system.filter((service) => service.calls.includes('stock-2-3')).map(({ name }) => name);
    const shown = page.getByRole('table', { name: 'Callers' }).locator('tbody').getByRole('rowheader');
    expect(new Set(await shown.allTextContents())).toEqual(new Set(callers));
    await shown.first().getByRole('link').click();
    await page.waitForURL(/\/services\/.+\?range=6h/);
    await page.goBack();
    await own.click();
    await page.waitForURL((url) => url.pathname === '/');
    expect(new URL(page.url()).searchParams.get('operation')).toBe('GET /stock-2-3');
    expect(new URL(page.url()).searchParams.get('service')).toBe('stock-2-3');
    await page.locator('a[href*="/trace/"]').first().waitFor();
  });

  it('say what to do when the window is empty', { timeout: 60_000 }, async () => {
    const range = 'from=2020-01-01T10:00:00Z&to=2020-01-01T11:00:00Z';
    for (const path of ['/services', '/services/stock-2-3', '/map']) {
      await open(`${path}?${range}`);
      await page.getByRole('button', { name: 'Look further back: last 24 hours' }).click();
      await page.waitForURL((url) => url.search === '?range=24h');
      await expect.poll(() => page.getByRole('button', { name: /^Look further back/ }).count(), patience).toBe(0);
    }
    await open('/services/nobody.at.all');
    await page.getByRole('heading', { name: 'nobody.at.all has no span in this window' }).waitFor();
  });

  it.each(['/services', '/services/stock-2-3', '/map'])(
    'say that they search until they know that there is nothing: %s',
    { timeout: 60_000 },
    async (path) => {
      await open(`${path}?from=2020-01-01T10:00:00Z&to=2020-01-01T11:00:00Z`);
      const further = page.getByRole('button', { name: 'Look further back: last 24 hours' });
      await further.waitFor();
      let answer = (): void => undefined;
      const held = new Promise<void>((resolve) => (answer = resolve));
      await page.route('**/services/statistics?*', async (route) => held.then(() => route.continue()));
      await further.click();
      await page.getByRole('status').filter({ hasText: 'Searching…' }).waitFor();
      expect(await page.getByRole('button', { name: /^Look further back/ }).count()).toBe(0);
      expect(await violationsOf(page)).toEqual([]);
      answer();
      await page.getByText('Searching…').waitFor({ state: 'detached' });
      expect(await page.getByRole('button', { name: /^Look further back/ }).count()).toBe(0);
      await page.unroute('**/services/statistics?*');
    },
  );

  it('say what failed, keep what was there, and try again', { timeout: 60_000 }, async () => {
    await open('/services');
    const error = { code: 'storage', message: 'the disk is gone', hint: 'bring it back' };
    await page.route('**/services/statistics?*', (route) => route.fulfill({ status: 500, json: { error } }));
    await page.getByRole('combobox', { name: 'Time range' }).selectOption('6h');
    await page.getByRole('alert').filter({ hasText: 'bring it back' }).waitFor();
    await page.unroute('**/services/statistics?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(async () => (await rowNames()).length, patience).toBe(12);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('say what is not summed up yet, and compare with nothing then', { timeout: 60_000 }, async () => {
    await page.route('**/services/statistics?*', async (route) => {
      const answer = await route.fetch();
      const sums = (await answer.json()) as { startMicros: number };
      const json = { ...sums, completeFromMicros: sums.startMicros + 600e6, joined: false };
      await route.fulfill({ response: answer, json });
    });
    await open('/services');
    await page
      .getByRole('status')
      .filter({ hasText: /^Complete from .+ on\./ })
      .waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /in many parts/ })
      .waitFor();
    await page.getByText('Changes come when the window before is summed up.').waitFor();
    expect((await cellsOf('stock-2-3'))[1]).toBe('');
    await page.unroute('**/services/statistics?*');
  });

  it('show their shape when they are slow', { timeout: 60_000 }, async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/services/statistics?*', async (route) => held.then(() => route.continue()));
    await page.goto(`${bench.collector.mainUrl}/services`);
    await page.getByRole('status', { name: 'Loading…' }).waitFor();
    answer();
    await rows().first().waitFor();
    await page.unroute('**/services/statistics?*');
  });

  it('speak Chinese', { timeout: 60_000 }, async () => {
    await open('/services');
    await page.getByRole('button', { name: 'Language: 中文' }).click();
    await page.getByRole('columnheader', { name: '速率', exact: true }).waitFor();
    await page.getByText('12 个服务').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: '拓扑' }).click();
    await page.getByText(/个节点/).waitFor();
    await page.getByRole('button', { name: '语言: English' }).click();
    await page.getByText(/15 nodes/).waitFor();
  });

  it('lead to the map from a broker that passes messages on', { timeout: 60_000 }, async () => {
    const empty = await openSumsPageBench([], []);
    try {
      const tags = ['messaging.system', 'kafka', 'peer.service', 'kafka', 'message_bus.destination', 'receipts'];
      const { producer, consumer } = SpanKind;
      await sendTrace(empty.collector, 1, Date.now() * 1000 - 120e6, [
        { id: 1, parent: 0, service: 'shop', name: 'send', start: 0, duration: 900, kind: producer, tags },
        { id: 2, parent: 1, service: 'mailer', name: 'receive', start: 5000, duration: 900, kind: consumer, tags },
      ]);
      await empty.page.goto(`${empty.collector.mainUrl}/services/mailer`);
      await empty.page.getByRole('table', { name: 'Callers' }).getByRole('link', { name: 'kafka' }).click();
      await empty.page.waitForURL((url) => url.pathname === '/map' && url.searchParams.get('focus') === 'broker:kafka');
      await empty.page.getByText('kafka, its callers and what it calls').waitFor();
    } finally {
      await empty.close();
    }
  });

  it('fill by themselves when the first span comes', { timeout: 60_000 }, async () => {
    const empty = await openSumsPageBench([], []);
    try {
      await empty.page.goto(`${empty.collector.mainUrl}/services`);
      await empty.page.getByRole('heading', { name: 'No span has arrived yet' }).waitFor();
      expect(await violationsOf(empty.page)).toEqual([]);
      await sendSystem(empty.collector, layeredSystem([1, 2]), [Date.now() * 1000]);
      await empty.page.getByRole('table', { name: 'Services' }).waitFor();
      await empty.page.getByText(/^Nothing is stored from before .+ rates are over the time since/).waitFor();
    } finally {
      await empty.close();
    }
  });

  it.each(
    [
      ['/services', '[role=table] [role=rowheader]'],
      ['/services/stock-2-3', '[role=table] [role=rowheader]'],
      ['/services/stock-2-3?as=table', 'tbody tr'],
      ['/map', '[data-node]'],
      ['/map?focus=stock-2-3', '[data-node]'],
      ['/map?as=table', 'tbody tr'],
      ['/services?from=2020-01-01T10:00:00Z&to=2020-01-01T11:00:00Z', 'h2'],
    ].flatMap(([path, shown]) => [[path!, 'light', 1280, shown!] as const, [path!, 'dark', 390, shown!] as const]),
  )('have nothing that axe finds: %s, %s, %i px', { timeout: 60_000 }, async (path, colorScheme, width, shown) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    await page.goto(bench.collector.mainUrl + path);
    await page.locator(shown).first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    // Nothing is wider than the window.
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  });

  async function open(path: string): Promise<void> {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 1000 });
    await page.goto(bench.collector.mainUrl + path);
    await page.locator('main h1').waitFor();
    if (path === '/services') await rows().first().waitFor();
  }

  function rows(): Locator {
    return page.getByRole('table', { name: 'Services' }).locator('[role=row]:has([role=rowheader])');
  }

  function row(name: string): Locator {
    return rows().filter({ has: page.getByRole('rowheader').getByText(name, { exact: true }) });
  }

  async function rowNames(): Promise<string[]> {
    return rows().getByRole('rowheader').getByRole('link').allTextContents();
  }

  async function cellsOf(name: string): Promise<string[]> {
    return (await row(name).getByRole('cell').allTextContents()).map((text) => text.replaceAll('\u202f', ' '));
  }
});
