import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { reasonToSkip } from './chromium.ts';
import { layeredSystem } from './sample-system.ts';
import { openSumsPageBench } from './sums-page-bench.ts';
import type { SumsPageBench } from './sums-page-bench.ts';

const reason = reasonToSkip();
/** Machines that run tests are busy. */
const patience = { timeout: 15_000 };
/** Letters smaller than this are no help. */
const leastLetterPixels = 11;

describe.skipIf(reason !== undefined)('the map of 300 services', () => {
  const system = layeredSystem([2, 18, 60, 110, 80, 30]);
  const databases = 4;
  let bench: SumsPageBench;
  let page: Page;
  let sentMillis: number;

  beforeAll(async () => {
    sentMillis = Date.now();
    bench = await openSumsPageBench(system, [120, 180, 240]);
    ({ page } = bench);
  }, 120_000);

  afterAll(async () => {
    const errors = [...(bench?.errors ?? [])];
    await bench?.close();
    expect(errors).toEqual([]);
  });

  it('shows all of them in the window, and only names that can be read', { timeout: 60_000 }, async () => {
    await open('/map');
    expect(system).toHaveLength(300);
    const nodes = await marks();
    expect(nodes).toHaveLength(300 + databases);
    const picture = (await page.locator('[data-scale]').boundingBox())!;
    for (const { left, right, top, bottom } of nodes) {
      expect(left >= picture.x && right <= picture.x + picture.width).toBe(true);
      expect(top >= picture.y && bottom <= picture.y + picture.height).toBe(true);
    }
    const names = await labels();
    expect(names.length).toBeGreaterThan(60);
    expect(names.length).toBeLessThan(nodes.length);
    expect(names.filter(({ letterPixels }) => letterPixels < leastLetterPixels)).toEqual([]);
    expect(overlaps(names)).toEqual([]);
    await page.getByText(`${nodes.length - names.length} names have no room`).waitFor();
  });

  it(
    'names the busiest, and fades connections but those of the node that is looked at',
    { timeout: 60_000 },
    async () => {
      await open('/map');
      const calls = new Map<string, number>();
      for (const { calls: callees, databases: stores } of system)
        for (const callee of [...callees, ...stores]) calls.set(callee, (calls.get(callee) ?? 0) + 1);
      const [busiest] = [...calls].sort(([, one], [, other]) => other - one)[0]!;
      expect((await labels()).map(({ key }) => key).some((key) => key.endsWith(busiest))).toBe(true);
      const opacity = (selector: string): Promise<number> =>
        page
          .locator(selector)
          .first()
          .evaluate((path) => {
            const { getComputedStyle } = globalThis as unknown as Styles;
            return Number(getComputedStyle(path).strokeOpacity);
          });
      expect(await page.locator('[data-crowded]').count()).toBe(1);
      expect(await opacity('[data-crowded] path:not([data-on]):not([data-failed])[stroke-width]')).toBeLessThan(0.2);
      await page.locator('[data-node]').filter({ hasText: busiest }).first().hover();
      await expect.poll(() => opacity('[data-crowded] path[data-on]')).toBe(1);
    },
  );

  it('stands callers left of what they call', { timeout: 60_000 }, async () => {
    await open('/map');
    const places = new Map((await marks()).map(({ key, left }) => [key, left]));
    const calls = system.flatMap(({ name, calls }) => calls.map((callee) => [name, callee] as const));
    const backwards = calls.filter(([caller, callee]) => places.get(caller)! >= places.get(callee)!);
    // The one call from the last layer to the first closes a circle.
    expect(backwards).toHaveLength(1);
    expect(await page.locator('path[data-back]').count()).toBe(1);
  });

  it('draws the share of errors on rings', { timeout: 60_000 }, async () => {
    await open('/map');
    const failing = system.filter(({ failing }) => failing > 0).map(({ name }) => name);
    const ringed = page.locator('[data-node]:has([stroke-dasharray])');
    const keys = await ringed.evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-node')!));
    expect(new Set(keys)).toEqual(new Set(failing));
    // All three rounds fail.
    expect(await ringed.first().locator('[stroke-dasharray]').getAttribute('stroke-dasharray')).toBe('100 100');
    expect(await ringed.first().locator('title').textContent()).toContain('100% errors');
  });

  it('finds a node and shows its neighbourhood at a size that can be read', { timeout: 60_000 }, async () => {
    const service = system.find(({ name }) => name.includes('-2-'))!;
    await open('/map');
    await page.keyboard.press('/');
    await page.keyboard.type(service.name);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('focus') === service.name);
    const callers = system.filter(({ calls }) => calls.includes(service.name)).map(({ name }) => name);
    const near = [service.name, ...callers, ...service.calls].toSorted();
    await expect.poll(async () => (await marks()).map(({ key }) => key).toSorted(), patience).toEqual(near);
    await expectReadable(near);
    await page.getByText(`${service.name}, its callers and what it calls`).waitFor();
    // The address opens the same.
    await page.reload();
    await expect.poll(async () => (await marks()).map(({ key }) => key).toSorted(), patience).toEqual(near);
    await page.keyboard.press('Escape');
    await expect.poll(async () => (await marks()).length, patience).toBe(304);
    expect(page.url()).not.toContain('focus');
  });

  it('shows the neighbourhood of a node that is clicked, and of the next', { timeout: 60_000 }, async () => {
    await open('/map');
    const [first] = (await marks()).filter(({ key }) => key === 'database:db-1');
    await page.mouse.click((first!.left + first!.right) / 2, (first!.top + first!.bottom) / 2);
    await page.waitForURL((url) => url.searchParams.get('focus') === 'database:db-1');
    const using = system.filter((service) => service.databases.includes('db-1')).map(({ name }) => name);
    await expect.poll(async () => (await marks()).length, patience).toBe(1 + using.length);
    await page.locator(`[data-node="${using[0]}"] circle`).first().click();
    await page.waitForURL((url) => url.searchParams.get('focus') === using[0]);
    await page.getByRole('link', { name: 'Open the service' }).click();
    await page.waitForURL(new RegExp(`/services/${using[0]}`));
  });

  it('is walked, zoomed and moved by keys', { timeout: 60_000 }, async () => {
    await open('/map');
    const selected = () => page.locator('[data-node][aria-pressed=true]').getAttribute('data-node');
    await page.keyboard.press('ArrowRight');
    const start = await selected();
    await page.keyboard.press('ArrowRight');
    await expect.poll(selected, patience).not.toBe(start);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(selected, patience).toBe(start);
    const scale = await shownScale();
    await page.keyboard.press('+');
    await expect.poll(shownScale, patience).toBeGreaterThan(scale);
    const before = (await marks())[0]!;
    await page.keyboard.press('d');
    await expect.poll(async () => (await marks())[0]!.left, patience).toBeLessThan(before.left);
    await page.keyboard.press('0');
    await expect.poll(shownScale, patience).toBe(scale);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('focus') === start);
  });

  it('is zoomed by the wheel and dragged, without opening what is under the pointer', { timeout: 60_000 }, async () => {
    await open('/map');
    const scale = await shownScale();
    const target = (await marks()).find(({ key }) => key.startsWith('db-') || key.includes('-3-'))!;
    const [x, y] = [(target.left + target.right) / 2, (target.top + target.bottom) / 2];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -400);
    await expect.poll(shownScale, patience).toBeGreaterThan(scale);
    const place = async () => (await marks()).find(({ key }) => key === target.key)!;
    const zoomed = await place();
    expect(Math.abs((zoomed.left + zoomed.right) / 2 - x)).toBeLessThan(1);
    expect(overlaps(await labels())).toEqual([]);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 30, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Math.round((await place()).left - zoomed.left), patience).toBe(60);
    expect(page.url()).not.toContain('focus');
  });

  it('lets go of a press that ends outside of it', { timeout: 60_000 }, async () => {
    await open('/map');
    const picture = (await page.locator('[data-scale]').boundingBox())!;
    const left = async (): Promise<number> => (await marks())[0]!.left;
    const before = await left();
    await page.mouse.move(picture.x + 2, picture.y + 100);
    await page.mouse.down();
    await page.mouse.move(picture.x + 2, picture.y - 20);
    await page.mouse.up();
    await page.mouse.move(picture.x + 40, picture.y + 100);
    await page.mouse.move(picture.x + 240, picture.y + 150, { steps: 4 });
    // A key moves the map from where it stands.
    await page.keyboard.press('d');
    await expect.poll(left, patience).toBeLessThan(before);
    await page.keyboard.press('a');
    await expect.poll(left, patience).toBeCloseTo(before);
    await page.mouse.down();
    await page.mouse.move(picture.x + 300, picture.y + 150, { steps: 4 });
    await page.mouse.up();
    await expect.poll(left, patience).toBeCloseTo(before + 60);
  });

  it('divides calls by the time in which they were counted', { timeout: 60_000 }, async () => {
    // A minute or two, in which one of the three rounds is.
    const [from, to] = [-125_000, -115_000].map((millis) => new Date(sentMillis + millis).toISOString());
    await page.goto(`${bench.collector.mainUrl}/map?as=table&from=${from}&to=${to}`);
    const connections = page.getByRole('table', { name: 'Connections' });
    const nodes = page.getByRole('table', { name: 'Nodes' });
    const shown = async (): Promise<(string | null)[]> => [await nodes.textContent(), await connections.textContent()];
    await connections.waitFor();
    const before = await shown();
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/services/edges?*', async (route) => held.then(() => route.continue()));
    const statistics = page.waitForResponse(/services\/statistics\?/);
    const range = page.getByRole('combobox', { name: 'Time range' });
    await range.selectOption('6h');
    await page.waitForURL(/range=6h/);
    await (await statistics).finished();
    for (let frame = 0; frame < 10; frame++) await page.evaluate('new Promise(requestAnimationFrame)');
    expect(await page.locator('[aria-busy=true]').count()).toBe(1);
    expect(await shown()).toEqual(before);
    answer();
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
    expect(await shown()).not.toEqual(before);
    await page.unroute('**/services/edges?*');
  });

  it('can be read as a table', { timeout: 60_000 }, async () => {
    await open('/map');
    await page.getByRole('button', { name: 'As a table' }).click();
    const nodes = page.getByRole('table', { name: 'Nodes' }).locator('tbody tr');
    const connections = page.getByRole('table', { name: 'Connections' }).locator('tbody tr');
    expect(await nodes.count()).toBe(304);
    const calls = system.reduce((sum, service) => sum + service.calls.length + service.databases.length, 0);
    expect(await connections.count()).toBe(calls);
    await nodes.getByRole('link', { name: 'db-1', exact: true }).click();
    await page.waitForURL(/focus=database:db-1/);
    const using = system.filter((service) => service.databases.includes('db-1'));
    await expect.poll(() => connections.count(), patience).toBe(using.length);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('has nothing that axe finds: %s, %i px', { timeout: 60_000 }, async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${bench.collector.mainUrl}/map`);
    await page.locator('[data-node]').first().waitFor();
    expect(overlaps(await labels())).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);
  });

  async function open(path: string): Promise<void> {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(bench.collector.mainUrl + path);
    await page.locator('[data-node]').first().waitFor();
  }

  async function expectReadable(keys: readonly string[]): Promise<void> {
    const names = await labels();
    expect(names.map(({ key }) => key).toSorted()).toEqual(keys);
    expect(names.filter(({ letterPixels }) => letterPixels < leastLetterPixels)).toEqual([]);
    expect(overlaps(names)).toEqual([]);
    // Rate, errors and latency as well.
    expect(names.filter(({ text }) => !/\/(s|min)/.test(text))).toEqual([]);
  }

  async function shownScale(): Promise<number> {
    return Number(await page.locator('[data-scale]').getAttribute('data-scale'));
  }

  async function marks(): Promise<Mark[]> {
    return page.locator('[data-node]').evaluateAll((nodes) =>
      nodes.map((node) => {
        const { left, right, top, bottom } = node.querySelector('circle')!.getBoundingClientRect();
        return { key: node.getAttribute('data-node')!, left, right, top, bottom };
      }),
    );
  }

  async function labels(): Promise<Label[]> {
    return page.locator('[data-label]').evaluateAll((texts) =>
      texts.map((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        const { getComputedStyle } = globalThis as unknown as Styles;
        const { a: scale } = (text as unknown as Drawn).getScreenCTM();
        const letterPixels = Number.parseFloat(getComputedStyle(text).fontSize) * scale;
        return {
          key: text.getAttribute('data-label')!,
          text: text.textContent ?? '',
          left,
          right,
          top,
          bottom,
          letterPixels,
        };
      }),
    );
  }
});

/** What of a browser is asked: tests are compiled without its types. */
interface Styles {
  readonly getComputedStyle: (element: unknown) => { readonly fontSize: string; readonly strokeOpacity: string };
}

interface Drawn {
  getScreenCTM(): { readonly a: number };
}

interface Mark {
  readonly key: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Label extends Mark {
  readonly text: string;
  readonly letterPixels: number;
}

/** Pairs of labels that lie on each other. */
function overlaps(boxes: readonly Mark[]): string[] {
  const pairs: string[] = [];
  for (const [at, one] of boxes.entries()) {
    for (const other of boxes.slice(at + 1)) {
      const apart =
        one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
      if (!apart) pairs.push(`${one.key} and ${other.key}`);
    }
  }
  return pairs;
}
