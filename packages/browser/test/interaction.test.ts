import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reasonToSkip } from '../../../e2e/src/chromium.ts';
import { deadline, PageBench } from './page-bench.ts';
import type { Kit } from './page-bench.ts';

/** In the page. */
declare const kit: Kit;

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

const body = `
  <button id="buy">Buy for Jane Doe</button>
  <div data-trace-name="basket"><span class="inner">secret text</span></div>
  <button id="idle">Nothing</button>
  <form id="pay" onsubmit="return false"><input id="card" name="card" value="4111"><button id="go">Pay</button></form>`;

describe.skipIf(reason !== undefined)('interactions in a page', () => {
  let bench: PageBench;
  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.close());

  async function open(): Promise<Page> {
    const page = await bench.open({ head: '<script type="module" src="/kit.js"></script>', body });
    await page.evaluate(() => {
      kit.running = kit.init({
        serviceName: 'shop-page',
        url: '/v1/traces',
        documentLoad: false,
        instrumentations: [kit.instrumentInteraction],
      });
    });
    return page;
  }

  /** Everything that was started has ended, and is sent. */
  async function settled(page: Page): Promise<void> {
    await expect.poll(() => page.evaluate(() => kit.running.stats().open), deadline).toBe(0);
    await page.evaluate(() => kit.running.flush());
  }

  it('ends although a request of its was refused before it was sent', async () => {
    const page = await open();
    await page.evaluate(() => {
      document.querySelector('#buy')!.addEventListener('click', () => {
        fetch('/api/refused', { headers: { 'bad name': '1' } }).catch(() => {});
      });
    });
    await page.click('#buy');
    await settled(page);
    const { spanId } = bench.shop.span('click button#buy');
    expect(bench.shop.span('GET /api/refused')).toMatchObject({ parentId: spanId, status: 2 });
  });

  it('is the span of the requests that its listeners make, also behind promises that are settled, and ends with them', async () => {
    const page = await open();
    await page.evaluate(() => {
      document.querySelector('#buy')!.addEventListener('click', () => {
        void fetch('/api/first');
        void Promise.resolve().then(() => fetch('/api/second'));
      });
    });
    await page.click('#buy');
    await settled(page);
    const click = bench.shop.span('click button#buy');
    expect(click).toMatchObject({ parentId: '', kind: 1 });
    expect(click.tags).toEqual({
      component: 'interaction',
      'event.type': 'click',
      'target.tag': 'button',
      'target.id': 'buy',
      'http.url': `${bench.shop.origin()}/cart/1234?token=REDACTED`,
    });
    const calls = ['GET /api/first', 'GET /api/second'].map((name) => bench.shop.span(name));
    for (const call of calls) expect(call).toMatchObject({ traceId: click.traceId, parentId: click.spanId });
    expect(click.endMillis).toBeCloseTo(Math.max(...calls.map(({ endMillis }) => endMillis)), 2);
    expect(bench.shop.to('/api/first')[0]?.headers['traceparent']).toContain(click.traceId);
  });

  it('is not recorded when nothing is started in it, and is over when it is over', async () => {
    const page = await open();
    await page.evaluate(() => {
      document.querySelector('#idle')!.addEventListener('click', (event) => {
        event.stopImmediatePropagation();
        setTimeout(() => void fetch('/api/later'), 1);
      });
    });
    await page.click('#idle');
    await expect.poll(() => bench.shop.to('/api/later').length, deadline).toBe(1);
    await settled(page);
    expect(bench.shop.spans.map(({ name, parentId }) => [name, parentId])).toEqual([['GET /api/later', '']]);
    expect(await page.evaluate(() => [kit.running.stats().discarded, kit.running.tracer.activeSpan])).toEqual([
      1,
      null,
    ]);
  });

  it('says the tag, the id and the name that the page gives for tracing, and no text, value or key', async () => {
    const page = await open();
    await page.evaluate(() => {
      for (const type of ['click', 'submit', 'keydown']) {
        addEventListener(type, () => kit.running.tracer.startSpan(`work of ${type}`).finish(), { capture: true });
      }
    });
    await page.click('.inner');
    await page.locator('#card').press('4');
    await page.click('#go');
    await settled(page);
    const names = bench.shop.spans.map(({ name }) => name).filter((name) => !name.startsWith('work'));
    expect(names).toEqual(['click basket', 'keydown input#card', 'click button#go', 'submit form#pay']);
    expect(bench.shop.span('click basket').tags).toMatchObject({ 'target.tag': 'span', 'target.name': 'basket' });
    const sent = bench.shop
      .to('/v1/traces')
      .map((request) => request.body)
      .join();
    expect(sent).not.toMatch(/Jane|secret text|4111|"4"|Pay/);
  });

  it('is active to the last listener, although one of them clicks elsewhere', async () => {
    const page = await open();
    await page.evaluate(() => {
      document.querySelector('#buy')!.addEventListener('click', () => {
        document.querySelector<HTMLElement>('#idle')!.click();
        kit.running.tracer.startSpan('work').finish();
      });
    });
    await page.click('#buy');
    await settled(page);
    expect(bench.shop.span('work').parentId).toBe(bench.shop.span('click button#buy').spanId);
  });

  it('knows a form by its id, not by its field of that name', async () => {
    const page = await open();
    await page.evaluate(() => {
      document.querySelector<HTMLInputElement>('#card')!.name = 'id';
      addEventListener('submit', () => kit.running.tracer.startSpan('work').finish(), { capture: true });
    });
    await page.click('#go');
    await settled(page);
    expect(bench.shop.span('submit form#pay').tags['target.id']).toBe('pay');
  });

  it('cuts long names', async () => {
    const page = await open();
    await page.evaluate(() => {
      const button = document.querySelector('#idle')!;
      button.id = 'i'.repeat(65);
      button.addEventListener('click', () => kit.running.tracer.startSpan('work').finish());
    });
    await page.click(`#${'i'.repeat(65)}`);
    await settled(page);
    expect(bench.shop.span(`click button#${'i'.repeat(64)}`).tags['target.id']).toBe('i'.repeat(64));
  });

  it('leaves alone what scripts click, and everything once tracing has ended', async () => {
    const page = await open();
    await page.evaluate(() => {
      document.querySelector('#buy')!.addEventListener('click', () => kit.running.tracer.startSpan('work').finish());
      document.querySelector<HTMLElement>('#buy')!.click();
    });
    await settled(page);
    expect(bench.shop.spans.map(({ name, parentId }) => [name, parentId])).toEqual([['work', '']]);
    await page.evaluate(() => kit.running.shutdown());
    await page.click('#buy');
    expect(await page.evaluate(() => kit.running.stats().started)).toBe(2);
  });
});
