import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { reasonToSkip } from './chromium.ts';
import type { CollectorProcess } from './collector-process.ts';
import { tracePath } from './sample-traces.ts';
import { openTracePageBench } from './trace-page-bench.ts';
import type { TracePageBench } from './trace-page-bench.ts';

const reason = reasonToSkip();
const wholeMillis = 400;

describe.skipIf(reason !== undefined)('zoom and pan in a trace', () => {
  let bench: TracePageBench;
  let collector: CollectorProcess;
  let page: Page;

  beforeAll(async () => {
    bench = await openTracePageBench({ hasTouch: true });
    ({ collector, page } = bench);
  }, 60_000);

  afterAll(async () => bench?.close());

  it('brush the overview, drag the handle, and show all by a double click', { timeout: 60_000 }, async () => {
    await open('');
    const { x, y, width, height } = await overview();
    const at = (share: number): number => x + share * width;
    await drag([at(0.25), y + height / 2], [at(0.5), y + height / 2]);
    const brushed = await shown();
    expect(brushed.from).toBeCloseTo(100, -1);
    expect(brushed.to).toBeCloseTo(200, -1);
    expect(await violationsOf(page)).toEqual([]);
    await drag([at(0.375), y + 4], [at(0.625), y + 4]);
    const panned = await shown((window) => window.from !== brushed.from);
    expect(panned.from).toBeCloseTo(200, -1);
    expect(panned.to - panned.from).toBeCloseTo(brushed.to - brushed.from, 0);
    await page.mouse.dblclick(at(0.1), y + height / 2);
    await page.waitForURL((url) => !url.search.includes('zoom='));
  });

  it('move the window by keys on its handle', { timeout: 60_000 }, async () => {
    await open('?zoom=100000~200000');
    const handle = page.getByRole('slider', { name: 'The part of the trace that is shown' });
    await handle.focus();
    expect((await handle.getAttribute('aria-valuetext'))?.replaceAll('\u202f', ' ')).toBe('from 100 ms to 200 ms');
    await page.keyboard.press('ArrowRight');
    expect(await shown(({ from }) => from !== 100)).toEqual({ from: 110, to: 210 });
    await page.keyboard.press('End');
    expect(await shown(({ to }) => to === wholeMillis)).toEqual({ from: 300, to: 400 });
    await page.keyboard.press('ArrowUp');
    expect(await shown(({ from }) => from !== 300)).toEqual({ from: 310, to: 390 });
  });

  it('zoom by + and −, pan by wasd, show all by 0', { timeout: 60_000 }, async () => {
    await open('');
    await page.keyboard.press('+');
    expect(await shown()).toEqual({ from: 100, to: 300 });
    await page.keyboard.press('d');
    expect(await shown(({ from }) => from !== 100)).toEqual({ from: 140, to: 340 });
    await page.keyboard.press('a');
    expect(await shown(({ from }) => from !== 140)).toEqual({ from: 100, to: 300 });
    await page.keyboard.press('w');
    expect(await shown(({ from }) => from !== 100)).toEqual({ from: 130, to: 270 });
    await page.keyboard.press('s');
    expect(await shown(({ from }) => from !== 130)).toEqual({ from: 100, to: 300 });
    await page.keyboard.press('+');
    expect(await shown(({ from }) => from !== 100)).toEqual({ from: 150, to: 250 });
    await page.keyboard.press('-');
    expect(await shown(({ from }) => from !== 150)).toEqual({ from: 100, to: 300 });
    await page.keyboard.press('0');
    await page.waitForURL((url) => !url.search.includes('zoom='));
  });

  it('zoom and pan by the wheel over the rows', { timeout: 60_000 }, async () => {
    await open('');
    const { x, width, y } = await overview();
    await page.mouse.move(x + width / 2, y + 150);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -60);
    await page.keyboard.up('Control');
    const zoomed = await shown();
    expect(zoomed.to - zoomed.from).toBeLessThan(wholeMillis * 0.8);
    await page.mouse.wheel(100, 0);
    const panned = await shown(({ from }) => from !== zoomed.from);
    expect(panned.from).toBeGreaterThan(zoomed.from);
    expect(panned.to - panned.from).toBeCloseTo(zoomed.to - zoomed.from, 1);
  });

  it('pinch with two fingers and pan with one', { timeout: 60_000 }, async () => {
    await open('');
    const { x, width, y } = await overview();
    const [left, right, top] = [x + width * 0.4, x + width * 0.6, y + 150];
    const touch = await page.context().newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: (readonly [number, number])[]) =>
      touch.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })),
      });
    await send('touchStart', [left, top], [right, top]);
    await send('touchMove', [left - 20, top], [right + 20, top]);
    await send('touchMove', [left - 80, top], [right + 80, top]);
    await send('touchEnd');
    const pinched = await shown();
    expect(pinched.to - pinched.from).toBeLessThan(wholeMillis * 0.8);
    await send('touchStart', [right, top]);
    await send('touchMove', [right - 40, top]);
    await send('touchMove', [right - 120, top]);
    await send('touchEnd');
    const panned = await shown(({ from }) => from !== pinched.from);
    expect(panned.from).toBeGreaterThan(pinched.from);
    expect(panned.to - panned.from).toBeCloseTo(pinched.to - pinched.from, 1);
  });

  it('go to errors and matches, focus, and show only the critical path by keys', { timeout: 60_000 }, async () => {
    await open('?q=charge');
    await page.keyboard.press('n');
    await page.waitForURL(/span=00000000000000c8/);
    await page.keyboard.press('N');
    await page.waitForURL(/span=00000000000000ca/);
    await page.keyboard.press('n');
    await page.waitForURL(/span=00000000000000c8/);
    await page.keyboard.press('e');
    await page.waitForURL(/span=00000000000000c9/);
    await page.keyboard.press('e');
    await page.waitForURL(/span=00000000000000c8/);
    await page.keyboard.press('f');
    await page.waitForURL(/focus=00000000000000c8/);
    expect(await rows()).toBe(1);
    await page.keyboard.press('f');
    await page.waitForURL((url) => !url.search.includes('focus='));
    await page.keyboard.press('c');
    await page.waitForURL(/only=critical/);
    // Every span of this trace is on it, and each is shown.
    expect(await rows()).toBe(27);
    await page.keyboard.press('c');
    await page.waitForURL((url) => !url.search.includes('only='));
  });

  async function open(search: string): Promise<void> {
    await page.goto(`${collector.mainUrl}${tracePath(7)}${search}`);
    await page.locator('[role=treegrid] [role=row][aria-level]').first().waitFor();
  }

  function rows(): Promise<number> {
    return page.locator('[role=treegrid] [role=row][aria-level]').count();
  }

  async function overview(): Promise<{ x: number; y: number; width: number; height: number }> {
    return (await page.getByRole('img', { name: /^Overview/ }).boundingBox())!;
  }

  async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move((from[0] + to[0]) / 2, to[1]);
    await page.mouse.move(...to);
    await page.mouse.up();
  }

  /** The window in milliseconds, once the address holds one that is meant. */
  async function shown(meant: (window: ShownWindow) => boolean = () => true): Promise<ShownWindow> {
    const read = (url: URL): ShownWindow | undefined => {
      const [from, to] = (url.searchParams.get('zoom') ?? '').split('~').map((micros) => Number(micros) / 1000);
      return from === undefined || to === undefined ? undefined : { from, to };
    };
    await page.waitForURL((url) => {
      const window = read(url);
      return window !== undefined && meant(window);
    });
    return read(new URL(page.url()))!;
  }
});

interface ShownWindow {
  readonly from: number;
  readonly to: number;
}
