import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { spanRecord } from '@spanwise/wire/span-record';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';

const reason = reasonToSkip();

describe.skipIf(reason !== undefined)('the page on a trace that still grows', () => {
  const originMicros = Date.now() * 1000;
  const traceUrlPart = `/trace/${'0'.repeat(31)}7`;
  let directory: string;
  let collector: CollectorProcess;
  let browser: OpenBrowser;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'spanwise-growing-'));
    collector = await startCollectorProcess({ dataDirectory: directory });
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await collector?.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it('keeps to the selected and the folded span when the trace is opened again', { timeout: 60_000 }, async () => {
    await send(7, ['checkout', 0, 0], ['reserve', 1, 300], ['charge', 1, 400], ['query', 2, 350]);
    const page = await browser.context.newPage();
    await page.clock.install();
    await page.goto(collector.mainUrl);
    await page.locator(`a[href*="${traceUrlPart}"]`).first().click();
    await row(page, 'reserve').locator('[data-fold]').first().click();
    await row(page, 'charge').click();
    await page.waitForURL(/span=0000000000000003.*fold=0000000000000002|fold=0000000000000002.*span=0000000000000003/);
    const address = page.url();

    await page.goBack();
    await page.getByRole('combobox', { name: 'Query' }).waitFor();
    await send(7, ['checkout', 0, 0], ['reserve', 1, 300], ['charge', 1, 400], ['query', 2, 350], ['early', 1, 100]);
    // Long enough for the page to ask again, not so long that it forgets what it has shown.
    await page.clock.fastForward(30_000);
    await page.goForward();
    await row(page, 'early').waitFor();

    expect(await page.locator('[role=row][aria-selected=true]').textContent()).toContain('charge');
    expect(await row(page, 'query').count()).toBe(0);
    // Longer than the page waits before it writes an address.
    await page.clock.runFor(1_000);
    expect(page.url()).toBe(address);
    await page.close();
  });

  it('marks a trace whose first span is missing, and shows it when it arrives', { timeout: 60_000 }, async () => {
    await send(8, ['reserve', 9, 300]);
    const page = await browser.context.newPage();
    await page.goto(collector.mainUrl);
    const part = page.locator(`a[href*="/trace/${'0'.repeat(31)}8"]`);
    await part.getByLabel('Its first span is not here').waitFor();
    await part.click();
    await row(page, 'reserve').waitFor();
    await page.getByText('may still grow').waitFor();

    await send(8, ['reserve', 9, 300], ['charge', 9, 400], ['checkout', 0, 0, 9]);
    await row(page, 'checkout').waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('checkout');
    await page.goBack();
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await part.filter({ hasText: 'checkout' }).waitFor();
    expect(await part.getByLabel('Its first span is not here').count()).toBe(0);
    await page.close();
  });

  it('shows a trace that was not there yet when it was opened', { timeout: 60_000 }, async () => {
    const page = await browser.context.newPage();
    await page.goto(`${collector.mainUrl}/trace/9`);
    await page.getByText('This trace is not here').waitFor();
    await send(9, ['checkout', 0, 0]);
    await row(page, 'checkout').waitFor();
    await page.close();
  });

  it('asks once for what was refused', { timeout: 60_000 }, async () => {
    const page = await browser.context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.clock.install();
    await page.goto(`${collector.mainUrl}/trace/zzz`);
    await page.getByText('is no trace id').waitFor();
    await page.clock.runFor(20_000);
    expect(await page.getByText('is no trace id').count()).toBe(1);
    expect(asked.filter((path) => path.endsWith('/traces/zzz'))).toHaveLength(1);
    await page.close();
  });

  it('is walked by keys, from the list into a trace', { timeout: 60_000 }, async () => {
    await send(10, ['first', 0, 2_000]);
    await send(11, ['second', 0, 1_000]);
    const page = await browser.context.newPage();
    await page.goto(`${collector.mainUrl}/?limit=20`);
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'first' }).waitFor();
    const focused = async () => page.locator(':focus').textContent();
    await page.keyboard.press('j');
    expect(await focused()).toContain('first');
    await page.keyboard.press('j');
    expect(await focused()).toContain('second');
    await page.keyboard.press('k');
    expect(await focused()).toContain('first');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Next, previous trace').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    expect(await page.locator(':focus').getAttribute('role')).toBe('combobox');
    // A letter in a field is a letter.
    await page.keyboard.press('j');
    expect(await page.getByRole('combobox', { name: 'Query' }).inputValue()).toBe('j');
    await page.keyboard.press('Escape');
    await page.locator(':focus').blur();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await row(page, 'second').waitFor();
    await page.close();
  });

  /** Sends spans of a trace, and waits until it has as many. */
  async function send(trace: number, ...spans: readonly SentSpan[]): Promise<void> {
    const encoder = new OtlpProtobufEncoder();
    for (const [at, [name, parent, start, id = at + 1]] of spans.entries()) {
      encoder.add(
        spanRecord({
          traceId3: trace,
          spanId1: id,
          parentId1: parent,
          name,
          startMicros: originMicros + start * 1000,
          durationNanos: name === 'checkout' ? 1_000_000_000 : 50_000_000,
          resource: { serviceName: 'shop', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
        }),
      );
    }
    const response = await fetch(`${collector.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: encoder.take() as Uint8Array<ArrayBuffer>,
    });
    expect(response.status).toBe(200);
    const found = async (): Promise<number> => {
      const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/${trace.toString(16)}`);
      return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
    };
    await expect.poll(found, { timeout: 10_000 }).toBe(spans.length);
  }
});

/** `parent` is an id, 0 for none; the start in milliseconds; the id the span's position from 1 when absent. */
type SentSpan = readonly [name: string, parent: number, start: number, id?: number];

function row(page: Page, operation: string) {
  return page.locator('[role=treegrid] [role=row][aria-level]').filter({ hasText: operation });
}
