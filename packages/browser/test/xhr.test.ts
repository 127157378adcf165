import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reasonToSkip } from '../../../e2e/src/chromium.ts';
import { PageBench } from './page-bench.ts';
import type { Kit } from './page-bench.ts';

/** In the page. */
declare const kit: Kit;
/** In the page: sends a request, and settles with the event that ended it. */
declare function send(method: string, url: string, setUp?: (request: XMLHttpRequest) => void): Promise<string>;

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

describe.skipIf(reason !== undefined)('XMLHttpRequest in a page', () => {
  let bench: PageBench;
  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.close());

  async function open(propagateTo: string[] = []): Promise<Page> {
    const page = await bench.open();
    await page.evaluate((propagateTo) => {
      kit.running = kit.init({
        serviceName: 'shop-page',
        url: '/v1/traces',
        documentLoad: false,
        propagateTo,
        instrumentations: [kit.instrumentXhr],
      });
      (globalThis as { send?: unknown }).send = (
        method: string,
        url: string,
        setUp?: (request: XMLHttpRequest) => void,
      ) =>
        new Promise((resolve) => {
          const request = new XMLHttpRequest();
          request.open(method, url);
          for (const type of ['load', 'error', 'abort', 'timeout']) request.addEventListener(type, () => resolve(type));
          setUp?.(request);
          request.send(method === 'POST' ? 'whole' : null);
        });
    }, propagateTo);
    return page;
  }

  const flush = (page: Page): Promise<void> => page.evaluate(() => kit.running.flush());

  it('is a span whose context the own server gets, below the active span', async () => {
    const page = await open();
    await page.evaluate(() => kit.running.tracer.withActiveSpan('buy', () => send('POST', '/api/orders')));
    await flush(page);
    const span = bench.shop.span('POST /api/orders');
    expect(span.tags).toEqual({
      component: 'xhr',
      'http.method': 'POST',
      'http.url': `${bench.shop.origin()}/api/orders`,
      'http.status_code': 200,
      'peer.hostname': '127.0.0.1',
    });
    expect(bench.shop.spans.find(({ spanId }) => spanId === span.parentId)?.name).toBe('buy');
    const [request] = bench.shop.to('/api/orders');
    expect(request?.body).toBe('whole');
    expect(request?.headers['traceparent']).toBe(`00-${span.traceId}-${span.spanId}-03`);
  });

  it('sends headers to listed origins only, and provokes no preflight elsewhere', async () => {
    const page = await open([bench.other.origin()]);
    const [listed, foreign] = [bench.other.origin(), bench.other.origin('localhost')];
    await page.evaluate(
      async ([listed, foreign]) => {
        await send('GET', `${listed}/api/xhr/listed`);
        await send('GET', `${foreign}/api/xhr/foreign`);
      },
      [listed, foreign] as const,
    );
    await flush(page);
    expect(bench.other.to('/api/xhr/listed')[0]?.headers['traceparent']).toContain(
      bench.shop.span('GET /api/xhr/listed').spanId,
    );
    expect(bench.other.to('/api/xhr/foreign')[0]?.headers['traceparent']).toBeUndefined();
    expect(bench.shop.span('GET /api/xhr/foreign').tags['http.status_code']).toBe(200);
    expect(bench.other.preflights.map(({ path }) => path)).toEqual(['/api/xhr/listed']);
  });

  it('keeps a header that the page has set', async () => {
    const page = await open();
    const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await page.evaluate(
      (own) => send('GET', '/api/own', (request) => request.setRequestHeader('TraceParent', own)),
      own,
    );
    expect(bench.shop.to('/api/own')[0]?.headers['traceparent']).toBe(own);
  });

  it('marks answers of 400 and more, and failures', async () => {
    const page = await open();
    bench.answer((path) =>
      path === '/api/broken' ? { status: 500 } : path === '/api/slow' ? new Promise(() => {}) : undefined,
    );
    const ends = await page.evaluate(async () => [
      await send('GET', '/api/broken'),
      await send('GET', 'http://127.0.0.1:1/api/unreachable'),
      await send('GET', '/api/slow', (request) => (request.timeout = 1)),
    ]);
    await flush(page);
    expect(ends).toEqual(['load', 'error', 'timeout']);
    expect(bench.shop.span('GET /api/broken')).toMatchObject({ status: 2, tags: { 'http.status_code': 500 } });
    expect(bench.shop.span('GET /api/unreachable')).toMatchObject({ status: 2 });
    expect(bench.shop.span('GET /api/unreachable').logs[0]?.fields['exception.message']).toBe('request: error');
    expect(bench.shop.span('GET /api/slow').logs[0]?.fields['exception.message']).toBe('request: timeout');
  });

  it('ends with what send throws, which the page gets as it is', async () => {
    const page = await open();
    const { names, left } = await page.evaluate(async () => {
      const saying = (send: () => void): string => {
        try {
          send();
          return 'sent';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const twice = new XMLHttpRequest();
      twice.open('GET', '/api/twice');
      const first = saying(() => twice.send());
      // Heard after the span hears of it.
      const ended = new Promise((resolve) => twice.addEventListener('loadend', resolve));
      const second = saying(() => twice.send());
      const early = kit.running.stats().open;
      await ended;
      // Without an event of its end.
      const sync = new XMLHttpRequest();
      sync.open('GET', 'http://127.0.0.1:1/api/sync', false);
      const names = [first, second, saying(() => sync.send()), saying(() => new XMLHttpRequest().send())];
      return { names, left: [early, kit.running.stats().open] };
    });
    await flush(page);
    expect(names).toEqual(['sent', 'InvalidStateError', 'NetworkError', 'InvalidStateError']);
    expect(left).toEqual([1, 0]);
    expect(bench.shop.spans.map(({ name, status }) => [name, status])).toEqual([
      ['GET /api/twice', 2],
      ['GET /api/twice', 0],
      ['GET /api/sync', 2],
    ]);
    expect(bench.shop.spans[0]?.logs[0]?.fields['exception.type']).toBe('InvalidStateError');
    expect(bench.shop.to('/api/twice')).toHaveLength(1);
  });

  it('tags what the page aborts', async () => {
    const page = await open();
    bench.answer((path) => (path === '/api/slow' ? new Promise(() => {}) : undefined));
    const end = await page.evaluate(() => send('GET', '/api/slow', (request) => setTimeout(() => request.abort())));
    await flush(page);
    expect(end).toBe('abort');
    expect(bench.shop.span('GET /api/slow')).toMatchObject({ status: 0, tags: { 'http.aborted': true } });
  });

  it('is a span each time that one object is used, and none once tracing has ended', async () => {
    const page = await open();
    await page.evaluate(async () => {
      const original = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'send')?.value as unknown;
      const request = new XMLHttpRequest();
      for (const path of ['/api/a', '/api/b']) {
        request.open('GET', path);
        request.send();
        await new Promise((resolve) => request.addEventListener('loadend', resolve, { once: true }));
      }
      await kit.running.shutdown();
      if (XMLHttpRequest.prototype.send === original) throw new Error('send was not put back');
      await send('GET', '/api/c');
    });
    expect(bench.shop.spans.map(({ name }) => name)).toEqual(['GET /api/a', 'GET /api/b']);
    expect(bench.shop.to('/api/c')[0]?.headers['traceparent']).toBeUndefined();
  });
});
