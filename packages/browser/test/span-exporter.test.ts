import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reasonToSkip } from '../../../e2e/src/chromium.ts';
import type { ExporterOptions, ExporterStats } from '../src/span-exporter.ts';
import { deadline, PageBench } from './page-bench.ts';
import type { Kit } from './page-bench.ts';

/** In the page. */
declare const kit: Kit;

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

describe.skipIf(reason !== undefined)('sending from a page', () => {
  let bench: PageBench;
  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.close());

  async function open(options: Partial<ExporterOptions> = {}): Promise<Page> {
    const page = await bench.open();
    // From here on time stands still but for what a test says.
    await page.clock.install({ time: 1_000_000_000_000 });
    await page.clock.pauseAt(1_000_000_001_000);
    await start(page, options);
    return page;
  }

  const start = (page: Page, options: Partial<ExporterOptions> = {}): Promise<void> =>
    page.evaluate((options) => {
      kit.running = kit.init({ serviceName: 'a', url: '/v1/traces', documentLoad: false, ...options });
    }, options);

  /** Finishes so many spans, with a tag of so many characters. */
  const spans = (page: Page, count: number, length = 0): Promise<void> =>
    page.evaluate(
      ([count, length]) => {
        for (let index = 0; index < count; index++) {
          kit.running.tracer.startSpan(`span ${index}`, { tags: { text: 'x'.repeat(length) } }).finish();
        }
      },
      [count, length] as const,
    );

  async function accounts(page: Page): Promise<ExporterStats> {
    const stats = await page.evaluate(() => kit.running.stats().reporters[0]!);
    const lost = Object.values(stats.givenUp).reduce((sum, count) => sum + count, 0);
    expect(stats.queued + stats.inFlight + stats.delivered + stats.handedOff + lost).toBe(stats.accepted);
    return stats;
  }

  const flush = (page: Page): Promise<void> => page.evaluate(() => kit.running.flush());

  it('waits for the delay, and sends what has finished until then in one body', async () => {
    const page = await open({ headers: { 'x-key': 'k' }, tags: { stage: 'test', build: 7 } });
    await spans(page, 3);
    await page.clock.runFor(1999);
    expect(await accounts(page)).toMatchObject({ accepted: 3, queued: 3 });
    expect(bench.shop.to('/v1/traces')).toEqual([]);
    await page.clock.runFor(1);
    await expect.poll(async () => (await accounts(page)).delivered, deadline).toBe(3);
    expect(bench.shop.to('/v1/traces')).toHaveLength(1);
    expect(bench.shop.to('/v1/traces')[0]?.headers).toMatchObject({ 'x-key': 'k', 'content-type': 'application/json' });
    expect(bench.shop.spans.map(({ name }) => name)).toEqual(['span 0', 'span 1', 'span 2']);
    expect(bench.shop.spans[0]?.record.resource.attributes).toEqual(['stage', 'test', 'build', 7]);
    expect(bench.shop.spans[0]?.record.scope.name).toBe('@spanwise/browser');
  });

  it('sends at once what is half a body', async () => {
    const page = await open();
    await spans(page, 10, 4000);
    await flush(page);
    expect(bench.shop.to('/v1/traces').length).toBeGreaterThan(0);
    expect(bench.shop.spans).toHaveLength(10);
  });

  it('sends what waits when the page is left, by requests that outlive it', async () => {
    const page = await open({ url: `${bench.other.origin('localhost')}/v1/traces` });
    await spans(page, 10, 2000);
    bench.answer((path) =>
      path === '/cart/next' ? { headers: { 'content-type': 'text/html' }, body: 'next' } : undefined,
    );
    // The preflight's answer, without which no span goes out, comes when the page has gone.
    let left = (): void => {};
    const hasLeft = new Promise<void>((resolve) => (left = resolve));
    bench.other.reset(async ({ method }) => {
      if (method === 'OPTIONS') await hasLeft;
      return undefined;
    });
    await page.goto(`${bench.shop.origin()}/cart/next`);
    left();
    await expect.poll(() => bench.other.spans.length, deadline).toBe(10);
  });

  it('sends everything when the page is hidden, in bodies of at most 60,000 bytes', async () => {
    const page = await open();
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    });
    // Two bytes a letter: characters are not bytes.
    await page.evaluate(() => {
      for (let index = 0; index < 100; index++)
        kit.running.tracer.startSpan(`span ${index}`, { tags: { text: 'ä'.repeat(1000) } }).finish();
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => bench.shop.spans.length, deadline).toBe(100);
    const bodies = bench.shop.to('/v1/traces').map(({ body }) => Buffer.byteLength(body));
    expect(bodies.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...bodies)).toBeLessThanOrEqual(60_000);
    expect(Math.max(...bodies)).toBeGreaterThan(55_000);
    await expect.poll(async () => (await accounts(page)).delivered, deadline).toBe(100);
  });

  it('takes as many as may wait, and counts the rest; a span longer than a body too', async () => {
    const page = await open({ maxSpans: 5 });
    await spans(page, 5);
    expect((await accounts(page)).givenUp).toEqual({});
    await spans(page, 1);
    expect((await accounts(page)).givenUp).toEqual({ 'queue-full': 1 });
    await flush(page);
    await page.evaluate(() => {
      const tags = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'x'.repeat(9000)]));
      kit.running.tracer.startSpan('long', { tags }).finish();
    });
    expect(await accounts(page)).toMatchObject({ delivered: 5, givenUp: { 'queue-full': 1, oversize: 1 } });
  });

  it('sends one span that just fits into a body, and none that is a byte longer', async () => {
    const page = await open();
    // Of these texts the last makes the difference.
    const finish = (length: number): Promise<void> =>
      page.evaluate((length) => {
        const tags = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`k${index}`, 'x'.repeat(3900)]));
        kit.running.tracer.startSpan('long', { tags: { ...tags, last: 'y'.repeat(length) } }).finish();
      }, length);
    await finish(0);
    await flush(page);
    const shortest = Buffer.byteLength(bench.shop.to('/v1/traces')[0]?.body ?? '');
    // The body of one span has no comma, for which a byte is set aside.
    const fits = 60_000 - shortest - 1;
    await finish(fits);
    await flush(page);
    expect(Buffer.byteLength(bench.shop.to('/v1/traces')[1]?.body ?? '')).toBe(59_999);
    await finish(fits + 1);
    await flush(page);
    expect(await accounts(page)).toMatchObject({ delivered: 2, givenUp: { oversize: 1 } });
  });

  it('waits five minutes at most, whatever the collector asks for', async () => {
    const page = await open();
    const answers = [{ status: 503, headers: { 'retry-after': '99999999' } }];
    bench.answer((path) => (path === '/v1/traces' ? answers.shift() : undefined));
    await spans(page, 1);
    await flush(page);
    await page.clock.runFor(299_999);
    expect(await accounts(page)).toMatchObject({ queued: 1 });
    expect(bench.shop.to('/v1/traces')).toHaveLength(1);
    await page.clock.runFor(1);
    await expect.poll(async () => (await accounts(page)).delivered, deadline).toBe(1);
  });

  it('waits no longer when a flush in the meantime was taken', async () => {
    const page = await open();
    const answers = [{ status: 503, headers: { 'retry-after': '300' } }];
    bench.answer((path) => (path === '/v1/traces' ? answers.shift() : undefined));
    await spans(page, 1);
    await flush(page);
    expect(await accounts(page)).toMatchObject({ queued: 1 });
    await flush(page);
    expect(await accounts(page)).toMatchObject({ delivered: 1 });
    await spans(page, 1);
    await page.clock.runFor(1999);
    expect(bench.shop.to('/v1/traces')).toHaveLength(2);
    await page.clock.runFor(1);
    await expect.poll(async () => (await accounts(page)).delivered, deadline).toBe(2);
  });

  it('waits as the collector said although it took what was sent at the same time', async () => {
    const page = await open();
    const [both, refused] = [gate(), gate()];
    let requests = 0;
    bench.answer(async (path) => {
      if (path !== '/v1/traces') return undefined;
      const number = ++requests;
      if (number === 2) both.open();
      await (number === 1 ? both : refused).opened;
      return number === 1 ? { status: 503, headers: { 'retry-after': '300' } } : undefined;
    });
    // More than half a body goes at once, the rest with the flush.
    await spans(page, 20, 4000);
    const flushed = flush(page);
    await expect.poll(async () => (await accounts(page)).queued, deadline).toBeGreaterThan(0);
    refused.open();
    await flushed;
    const { queued, delivered } = await accounts(page);
    expect([queued > 0, delivered > 0, queued + delivered]).toEqual([true, true, 20]);
    await page.clock.runFor(299_999);
    expect((await accounts(page)).queued).toBe(queued);
    await page.clock.runFor(1);
    await expect.poll(async () => (await accounts(page)).delivered, deadline).toBe(20);
  });

  it('tries again what the collector was too busy for, when it says, and then with back-off', async () => {
    const page = await open();
    const statuses = [429, 503];
    bench.answer((path) => {
      const status = path === '/v1/traces' ? statuses.shift() : undefined;
      const headers: Record<string, string> = status === 429 ? { 'retry-after': '7' } : {};
      return status === undefined ? undefined : { status, headers };
    });
    await spans(page, 2);
    await flush(page);
    await page.clock.runFor(6999);
    expect(bench.shop.to('/v1/traces')).toHaveLength(1);
    await page.clock.runFor(1);
    await expect.poll(async () => (await accounts(page)).queued, deadline).toBe(2);
    expect(bench.shop.to('/v1/traces')).toHaveLength(2);
    // The second time: two seconds, and half of it more or less by chance.
    await page.clock.runFor(999);
    expect(bench.shop.to('/v1/traces')).toHaveLength(2);
    await page.clock.runFor(2001);
    await expect.poll(async () => (await accounts(page)).delivered, deadline).toBe(2);
    expect(bench.shop.to('/v1/traces')).toHaveLength(3);
  });

  it('gives up after the fifth try', async () => {
    const page = await open({ url: 'http://127.0.0.1:1/v1/traces' });
    await spans(page, 2);
    for (let tries = 1; tries < 5; tries++) {
      await flush(page);
      expect(await accounts(page)).toMatchObject({ queued: 2, givenUp: {} });
    }
    await flush(page);
    expect(await accounts(page)).toMatchObject({ queued: 0, givenUp: { 'retries-exhausted': 2 } });
  });

  it('counts what the collector refuses, wholly or in part', async () => {
    const page = await open();
    const answers = [
      { status: 400 },
      { body: '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}' },
      { body: 'no JSON' },
    ];
    bench.answer((path) => (path === '/v1/traces' ? answers.shift() : undefined));
    for (let round = 0; round < 3; round++) {
      await spans(page, 2);
      await flush(page);
    }
    expect(await accounts(page)).toMatchObject({ delivered: 3, givenUp: { refused: 2, rejected: 1 } });
  });

  it('sends on its way out what waits, and takes nothing afterwards', async () => {
    const page = await open();
    await spans(page, 1);
    await page.evaluate(() => kit.running.shutdown());
    await spans(page, 1);
    expect(await accounts(page)).toMatchObject({ accepted: 2, delivered: 1, givenUp: { closed: 1 } });
  });

  it('hands a hidden page over to sendBeacon where requests cannot outlive their page', async () => {
    const page = await open();
    await page.evaluate(() => {
      delete (Request.prototype as { keepalive?: unknown }).keepalive;
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    });
    await spans(page, 1);
    await page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
    await expect.poll(() => bench.shop.spans.length, deadline).toBe(1);
    expect(await accounts(page)).toMatchObject({ handedOff: 1, delivered: 0 });
  });

  it('sends to a collector of another origin, which is asked first', async () => {
    const page = await open({ url: `${bench.other.origin()}/v1/traces` });
    await spans(page, 1);
    await flush(page);
    expect(bench.other.spans).toHaveLength(1);
    expect(bench.other.preflights).toHaveLength(1);
  });
});
