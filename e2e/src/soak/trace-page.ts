import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeTraceOutline } from '@spanwise/wire/query';
import type { Page } from 'playwright-core';

import { openBrowser, reasonToSkip } from '../chromium.ts';
import type { OpenBrowser } from '../chromium.ts';
import { startCollectorProcess } from '../collector-process.ts';
import type { CollectorProcess } from '../collector-process.ts';
import { tracePath } from '../sample-traces.ts';
import { until } from '../until.ts';
import { LargeTrace } from './large-trace.ts';
import { peakResidentMegabytes } from './process-figures.ts';
import { quantile } from './quantile.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';

const sizes = [1_000, 10_000, 100_000, 1_000_000];
/** DESIGN.md: a trace of this size is readable in so long. */
const readable = { spans: 100_000, millis: 1000 };
const mostFrameMillis = 50;
const mostRows = 200;
const steps = 120;

/**
 * Opens, scrolls and zooms traces of 1,000 to 1,000,000 spans in headless Chromium, which draws by software, and compares with the
 * bars of the page. Traces are sent first and may still be in memory.
 */
export const soakTracePage: Soak = async (args, progress) => {
  const reason = reasonToSkip();
  if (reason !== undefined) throw new Error(reason);
  const most = numberArgument(args, 'spans', sizes.at(-1) ?? 0);
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-trace-page-'));
  const collector = await startCollectorProcess({ dataDirectory: directory });
  const browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  try {
    const figures: Figures[] = [];
    for (const [index, count] of sizes.filter((size) => size <= most).entries()) {
      const trace = new LargeTrace(0x100 + index, Date.now() * 1000 - 3_600_000_000, count);
      await send(collector, trace);
      progress(`${count} spans are stored`);
      figures.push(await measure(collector, browser, 0x100 + index, count));
      progress(rowOf(figures.at(-1)!));
    }
    return { holds: figures.every(holds), lines: linesOf(figures, browser, collector) };
  } finally {
    await browser.close();
    await collector.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  }
};

interface Figures {
  readonly count: number;
  readonly opening: readonly number[];
  readonly selecting: number;
  readonly scrolling: Frames;
  readonly zooming: Frames;
  readonly rows: number;
  readonly heapMegabytes: number;
}

interface Frames {
  readonly p95: number;
  readonly longest: number;
}

async function send(collector: CollectorProcess, trace: LargeTrace): Promise<void> {
  for (const body of trace.bodies()) {
    for (;;) {
      const headers = { 'content-type': 'application/x-protobuf' };
      const { ok, status } = await fetch(`${collector.otlpUrl}/v1/traces`, { method: 'POST', headers, body });
      if (ok) break;
      if (status !== 429) throw new Error(`the collector answered ${status}`);
      await pause(500);
    }
  }
  await until(
    'every span of the trace is stored',
    async () => {
      const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/${trace.id}?mostSpans=0`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return answer.ok && decodeTraceOutline(bytes).count === trace.count ? true : undefined;
    },
    120_000,
  );
}

async function measure(
  collector: CollectorProcess,
  browser: OpenBrowser,
  trace: number,
  count: number,
): Promise<Figures> {
  const opening: number[] = [];
  for (let round = 0; round < (count > readable.spans ? 3 : 7); round++) {
    const page = await browser.context.newPage();
    opening.push(await open(page, collector, trace));
    await page.close();
  }
  const page = await browser.context.newPage();
  await open(page, collector, trace);
  const selecting = await select(page);
  // Every span has a row of its own.
  await page.keyboard.press('X');
  await page.locator('[role=treegrid]').focus();
  const scrolling = await frames(page, () => page.mouse.wheel(0, 900));
  const zooming = await frames(page, (step) => page.keyboard.press(step % 20 < 10 ? '+' : '-'));
  const rows = await page.locator('[role=treegrid] [role=row]').count();
  const heap = await page.evaluate<number>('performance.memory.usedJSHeapSize');
  await page.close();
  return { count, opening, selecting, scrolling, zooming, rows, heapMegabytes: Math.round(heap / 2 ** 20) };
}

/** Milliseconds from the address until rows have been painted. */
async function open(page: Page, collector: CollectorProcess, trace: number): Promise<number> {
  await page.addInitScript(noteWhenReadable);
  await page.goto(collector.mainUrl + tracePath(trace), { timeout: 300_000 });
  await page.locator('[role=treegrid] [role=row]').first().waitFor({ timeout: 300_000 });
  return page.evaluate<number>('readable');
}

/** Rows are looked for before each frame, and count once the frame is painted. */
const noteWhenReadable = `
  globalThis.readable = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector('[role=treegrid] [role=row]') === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    requestAnimationFrame(look);
  })`;

/** Milliseconds from a press on a row until its tags are there. */
async function select(page: Page): Promise<number> {
  const started = performance.now();
  await page.locator('[role=treegrid] [role=row]').nth(1).click();
  await page.getByRole('complementary').getByText('SELECT id, name').waitFor({ timeout: 60_000 });
  return performance.now() - started;
}

/** The gaps between frames while something is done again and again. */
async function frames(page: Page, act: (step: number) => Promise<void>): Promise<Frames> {
  const box = await page.locator('[role=treegrid]').boundingBox();
  await page.mouse.move((box?.x ?? 0) + 400, (box?.y ?? 0) + 200);
  await page.evaluate(noteGaps);
  for (let step = 0; step < steps; step++) await act(step);
  const gaps = await page.evaluate<number[]>('gaps');
  return { p95: quantile(gaps, 0.95), longest: Math.max(...gaps) };
}

const noteGaps = `(() => {
  const gaps = (globalThis.gaps = []);
  let last;
  const frame = (now) => {
    if (last !== undefined) gaps.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})()`;

function holds({ count, opening, scrolling, rows }: Figures): boolean {
  const isReadable = count > readable.spans || quantile(opening, 0.5) <= readable.millis;
  return isReadable && scrolling.p95 <= mostFrameMillis && rows <= mostRows;
}

function rowOf({ count, opening, selecting, scrolling, zooming, rows, heapMegabytes }: Figures): string {
  const cells = [
    count.toLocaleString('en'),
    quantile(opening, 0.5),
    Math.max(...opening),
    selecting,
    scrolling.p95,
    scrolling.longest,
    zooming.p95,
    zooming.longest,
    rows,
    heapMegabytes,
  ];
  return `| ${cells.map((cell) => (typeof cell === 'number' ? Math.round(cell) : cell)).join(' | ')} |`;
}

function linesOf(figures: readonly Figures[], { context }: OpenBrowser, collector: CollectorProcess): string[] {
  const load = loadavg().map((one) => one.toFixed(1));
  return [
    '| spans | readable, median ms | slowest | a span’s tags, ms | scrolling, p95 frame ms | longest | zooming, p95 | longest | rows | heap, MB |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...figures.map(rowOf),
    `| bar | ≤ ${readable.millis} at 100,000; 1,000,000 opens | | | ≤ ${mostFrameMillis} | | | | ≤ ${mostRows} | |`,
    '',
    `- Chromium ${context.browser()?.version() ?? 'of this machine'}, headless, drawn by software, 1280 × 800; collector and browser share the machine`,
    `- load of the machine at the end: ${load.join(', ')} over 1, 5 and 15 minutes`,
    `- peak RSS of the collector: ${peakResidentMegabytes(collector.child.pid ?? 0)} MB`,
  ];
}
