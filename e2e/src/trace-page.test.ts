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
    await send(['checkout', 0, 0], ['reserve', 1, 300], ['charge', 1, 400], ['query', 2, 350]);
    const page = await browser.context.newPage();
    await page.clock.install();
    await page.goto(collector.mainUrl);
    await page.locator(`a[href*="${traceUrlPart}"]`).first().click();
    await row(page, 'reserve').locator('[data-fold]').first().click();
    await row(page, 'charge').click();
    await page.waitForURL(/span=0000000000000003.*fold=0000000000000002|fold=0000000000000002.*span=0000000000000003/);
    const address = page.url();

    await page.goBack();
    await page.getByRole('combobox', { name: 'Service', exact: true }).waitFor();
    await send(['checkout', 0, 0], ['reserve', 1, 300], ['charge', 1, 400], ['query', 2, 350], ['early', 1, 100]);
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

  /** Sends a trace: names, positions of parents from 1 (0 for none), and starts in milliseconds. Ids are positions. */
  async function send(...spans: readonly (readonly [name: string, parent: number, start: number])[]): Promise<void> {
    const encoder = new OtlpProtobufEncoder();
    for (const [at, [name, parent, start]] of spans.entries()) {
      encoder.add(
        spanRecord({
          traceId3: 7,
          spanId1: at + 1,
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
      const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/${'0'.repeat(31)}7`);
      return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
    };
    await expect.poll(found, { timeout: 10_000 }).toBe(spans.length);
  }
});

function row(page: Page, operation: string) {
  return page.locator('[role=treegrid] [role=row][aria-level]').filter({ hasText: operation });
}
