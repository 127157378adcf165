import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reasonToSkip } from '../../../e2e/src/chromium.ts';
import { PageBench } from './page-bench.ts';
import type { Kit } from './page-bench.ts';
import type { Received } from './site.ts';

/** In the page. */
declare const kit: Kit;

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

describe.skipIf(reason !== undefined)('fetch in a page', () => {
  let bench: PageBench;
  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.close());

  async function open(propagateTo: (string | RegExp)[] = []): Promise<Page> {
    const page = await bench.open();
    await page.evaluate((propagateTo) => {
      kit.running = kit.init({ serviceName: 'shop-page', url: '/v1/traces', documentLoad: false, propagateTo });
    }, propagateTo);
    return page;
  }

  const flush = (page: Page): Promise<void> => page.evaluate(() => kit.running.flush());

  function contextIn(request: Received | undefined): string[] {
    return String(request?.headers['traceparent']).split('-').slice(1, 3);
  }

  it('is a span whose context the own server gets', async () => {
    const page = await open();
    const ok = await page.evaluate(async () => (await fetch('/api/items/77?token=secret&page=2#top')).ok);
    await flush(page);
    expect(ok).toBe(true);
    const span = bench.shop.span('GET /api/items/:id');
    expect(span).toMatchObject({ kind: 3, status: 0, parentId: '' });
    expect(span.tags).toEqual({
      component: 'fetch',
      'http.method': 'GET',
      'http.url': `${bench.shop.origin()}/api/items/77?token=REDACTED&page=2`,
      'http.status_code': 200,
      'peer.hostname': '127.0.0.1',
    });
    expect(span.record.resource.serviceName).toBe('shop-page');
    const [request] = bench.shop.to('/api/items/77?token=secret&page=2');
    expect(request?.headers['traceparent']).toBe(`00-${span.traceId}-${span.spanId}-03`);
    expect(request?.headers['tracestate']).toBe('ot=th:0');
    expect(span.record.traceState).toBe('ot=th:0');
  });

  it('sends no header to another origin, which is asked by no preflight', async () => {
    const page = await open();
    await page.evaluate(async (url) => void (await fetch(url)), `${bench.other.origin()}/api/a`);
    await flush(page);
    expect(bench.shop.span('GET /api/a').tags['peer.hostname']).toBe('127.0.0.1');
    expect(bench.other.preflights).toEqual([]);
    const [request] = bench.other.to('/api/a');
    expect(Object.keys(request?.headers ?? {}).filter((name) => /trace|baggage/.test(name))).toEqual([]);
  });

  it.each([
    ['text', 'a', (origin: string) => origin],
    ['an expression with the flag g', 'b', (origin: string) => new RegExp(`^${origin.replaceAll('.', '\\.')}$`, 'g')],
  ])('sends headers to an origin that is listed as %s, and to no other name of it', async (_, folder, entry) => {
    // A path of its own, since browsers keep the answers of preflights.
    const page = await open([entry(bench.other.origin())]);
    const [listed, foreign] = [bench.other.origin(), bench.other.origin('localhost')];
    const urls = [`${listed}/api/${folder}/a`, `${listed}/api/${folder}/b`, `${foreign}/api/${folder}/c`];
    await page.evaluate(async (urls) => {
      for (const url of urls) await fetch(url);
    }, urls);
    await flush(page);
    for (const name of ['a', 'b']) {
      const { traceId, spanId } = bench.shop.span(`GET /api/${folder}/${name}`);
      expect(contextIn(bench.other.to(`/api/${folder}/${name}`)[0])).toEqual([traceId, spanId]);
    }
    expect(bench.other.to(`/api/${folder}/c`)[0]?.headers['traceparent']).toBeUndefined();
    expect(bench.other.preflights.map(({ path }) => path)).toEqual([`/api/${folder}/a`, `/api/${folder}/b`]);
  });

  it('tries an expression on the origin alone, so that no path can pretend to be one', async () => {
    const page = await open([/allowed\.example/]);
    await page.evaluate(async (url) => void (await fetch(url)), `${bench.other.origin()}/api/allowed.example`);
    expect(bench.other.to('/api/allowed.example')[0]?.headers['traceparent']).toBeUndefined();
    expect(bench.other.preflights).toEqual([]);
  });

  it('refuses an entry that is no origin', async () => {
    const page = await bench.open();
    const message = await page.evaluate(() => {
      try {
        kit.init({ serviceName: 'a', url: '/v1/traces', propagateTo: ['*.example.com'] });
        return 'nothing';
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    });
    expect(message).toBe(
      'TypeError: init: propagateTo: "*.example.com" is no origin; write it as https://api.example.com',
    );
    expect(await page.evaluate(() => /native/.test(String(fetch)))).toBe(true);
  });

  it('sends what the page gave, a Request with a body and headers too, and writes to none of it', async () => {
    const page = await open();
    const left = await page.evaluate(async () => {
      const request = new Request('/api/request', { method: 'POST', body: 'whole', headers: { 'x-own': 'a' } });
      const init = { method: 'PUT', body: 'init', headers: { 'x-own': 'b', traceparent: 'stale' } };
      await fetch(request);
      await fetch('/api/init', init);
      await fetch(new URL('/api/url', location.href));
      await fetch(new Request('/api/both', { headers: { 'x-own': 'lost' } }), {
        method: 'DELETE',
        headers: { 'x-own': 'c' },
      });
      const frame = document.body.appendChild(document.createElement('iframe'))
        .contentWindow as unknown as typeof globalThis;
      await fetch(new frame.Request(`${location.origin}/api/frame`, { method: 'PATCH', headers: { 'x-own': 'd' } }));
      return [[...request.headers.keys()], request.bodyUsed, init.headers.traceparent];
    });
    await flush(page);
    expect(left).toEqual([['content-type', 'x-own'], true, 'stale']);
    const sent = ['/api/request', '/api/init', '/api/url', '/api/both', '/api/frame'].map(
      (path) => bench.shop.to(path)[0]!,
    );
    expect(sent.map(({ method, body, headers }) => [method, body, headers['x-own']])).toEqual([
      ['POST', 'whole', 'a'],
      ['PUT', 'init', 'b'],
      ['GET', '', undefined],
      ['DELETE', '', 'c'],
      ['PATCH', '', 'd'],
    ]);
    const names = ['POST /api/request', 'PUT /api/init', 'GET /api/url', 'DELETE /api/both', 'PATCH /api/frame'];
    expect(sent.map(contextIn)).toEqual(
      names.map((name) => [bench.shop.span(name).traceId, bench.shop.span(name).spanId]),
    );
  });

  it('marks answers of 400 and more, and what fails; the page gets the failure and hears of one that it forgot', async () => {
    const page = await open();
    bench.answer((path) => (path === '/api/399' ? { status: 399 } : path === '/api/400' ? { status: 400 } : undefined));
    const unhandled = await page.evaluate(async () => {
      await fetch('/api/399');
      await fetch('/api/400');
      const heard = new Promise<string>((resolve) => {
        addEventListener('unhandledrejection', ({ reason }) => resolve(String(reason)));
      });
      // Port 1 is one that browsers never ask.
      void fetch('http://127.0.0.1:1/api/failed');
      return heard;
    });
    await flush(page);
    expect(unhandled).toContain('TypeError');
    // The digits make identifiers of the paths.
    expect(bench.shop.spans.map(({ name, status, tags }) => [name, status, tags['http.status_code']])).toEqual([
      ['GET /api/:id', 0, 399],
      ['GET /api/:id', 2, 400],
      ['GET /api/failed', 2, undefined],
    ]);
    expect(bench.shop.span('GET /api/failed').logs[0]).toMatchObject({
      name: 'exception',
      fields: { 'exception.type': 'TypeError', 'exception.message': expect.stringContaining('fetch') as string },
    });
  });

  it('ends with the error of a call that the browser refuses, which the page gets as it is', async () => {
    const page = await open();
    const { refused, bare, left } = await page.evaluate(async () => {
      const saying = (call: () => Promise<unknown>): Promise<string> =>
        call().then(
          () => 'answered',
          (error: unknown) => String(error),
        );
      const bad = { headers: { 'bad name': '1' } };
      const refused = await saying(() => fetch('/api/refused', bad));
      const stats = kit.running.stats();
      await kit.running.flush();
      await kit.running.shutdown();
      return { refused, bare: await saying(() => fetch('/api/refused', bad)), left: stats.open };
    });
    expect(refused).toMatch(/^TypeError: .*bad name|^TypeError: .*[Ii]nvalid/);
    expect(refused).toBe(bare);
    expect(left).toBe(0);
    expect(bench.shop.to('/api/refused')).toEqual([]);
    expect(bench.shop.span('GET /api/refused')).toMatchObject({ status: 2 });
    expect(bench.shop.span('GET /api/refused').logs[0]?.fields['exception.type']).toBe('TypeError');
  });

  it('ends with what somebody throws who replaced fetch', async () => {
    const page = await bench.open();
    const { isSame, left } = await page.evaluate(async () => {
      const thrown = new Error('not today');
      globalThis.fetch = () => {
        throw thrown;
      };
      const url = '/v1/traces';
      kit.running = kit.init({ serviceName: 'a', url, documentLoad: false });
      let caught: unknown;
      try {
        void fetch('/api/thrown');
      } catch (error) {
        caught = error;
      }
      return { isSame: caught === thrown, left: kit.running.stats().open };
    });
    expect([isSame, left]).toEqual([true, 0]);
  });

  it('is a child of the span that is active when it is called, and a root after an await', async () => {
    const page = await open();
    await page.evaluate(async () => {
      const { tracer } = kit.running;
      await tracer.withActiveSpan('checkout', async (span) => {
        await fetch('/api/first');
        await fetch('/api/lost');
        await tracer.withActiveSpan(span, () => fetch('/api/carried'));
      });
    });
    await flush(page);
    const { spanId, traceId } = bench.shop.span('checkout');
    expect(bench.shop.span('GET /api/first')).toMatchObject({ traceId, parentId: spanId });
    expect(bench.shop.span('GET /api/carried')).toMatchObject({ traceId, parentId: spanId });
    expect(bench.shop.span('GET /api/lost').parentId).toBe('');
  });

  it("is a child of the span that zone.js's manager carries through promises and timers", async () => {
    const page = await bench.open({
      head: '<script type="module" src="/zone.js"></script><script type="module" src="/kit.js"></script>',
    });
    await page.evaluate(async () => {
      const scopeManager = new kit.ZoneScopeManager();
      kit.running = kit.init({ serviceName: 'a', url: '/v1/traces', documentLoad: false, scopeManager });
      await kit.running.tracer.withActiveSpan('checkout', () =>
        fetch('/api/first')
          .then(() => new Promise((resolve) => setTimeout(resolve)))
          .then(() => fetch('/api/carried')),
      );
      await kit.running.flush();
    });
    const { spanId } = bench.shop.span('checkout');
    expect(bench.shop.span('GET /api/carried').parentId).toBe(spanId);
  });

  it('makes no span of the requests that carry spans, of untraced ones, and of ignored addresses', async () => {
    const page = await bench.open();
    await page.evaluate(async () => {
      kit.running = kit.init({
        serviceName: 'a',
        url: '/v1/traces',
        documentLoad: false,
        ignoreUrls: [`${location.origin}/api/health`, /\/beat$/g],
      });
      await fetch('/api/health/now');
      await fetch('/api/beat');
      await fetch('/api/beat');
      await fetch('/api/untraced', { [Symbol.for('spanwise.untraced')]: true });
      await fetch('data:text/plain,a');
      await fetch(URL.createObjectURL(new Blob(['a'])));
      await fetch('/api/traced');
      await kit.running.flush();
      await kit.running.flush();
    });
    expect(bench.shop.spans.map(({ name }) => name)).toEqual(['GET /api/traced']);
    expect(bench.shop.to('/api/untraced')[0]?.headers['traceparent']).toBeUndefined();
  });

  it('stands between others that replaced fetch, and leaves as it came', async () => {
    const page = await bench.open();
    const seen = await page.evaluate(async () => {
      const calls: string[] = [];
      const replace = (name: string): typeof fetch => {
        const below = globalThis.fetch;
        return (globalThis.fetch = (...args) => {
          calls.push(`${name} ${args[0] as string}`);
          return below(...args);
        });
      };
      const options = { serviceName: 'a', url: '/v1/traces', documentLoad: false };
      const before = replace('before');
      kit.running = kit.init(options);
      await fetch('/api/a');
      await kit.running.shutdown();
      const restored = globalThis.fetch === before;
      kit.running = kit.init(options);
      const after = replace('after');
      await fetch('/api/b');
      await kit.running.shutdown();
      const kept = globalThis.fetch === after;
      await fetch('/api/after-the-end');
      return { calls: calls.filter((call) => call.includes('/api/')), restored, kept };
    });
    expect(seen).toEqual({
      calls: [
        'before /api/a',
        'after /api/b',
        'before /api/b',
        'after /api/after-the-end',
        'before /api/after-the-end',
      ],
      restored: true,
      kept: true,
    });
    expect(bench.shop.spans.map(({ name }) => name)).toEqual(['GET /api/a', 'GET /api/b']);
    expect(bench.shop.to('/api/after-the-end')[0]?.headers['traceparent']).toBeUndefined();
  });

  it('is started by one init: a second gives what runs, and one that fails leaves nothing behind', async () => {
    const page = await bench.open();
    const seen = await page.evaluate(() => {
      const options = { serviceName: 'a', url: '/v1/traces' };
      const original = globalThis.fetch;
      const broken = (): never => {
        throw new Error('broken');
      };
      let thrown = '';
      try {
        kit.init({ ...options, instrumentations: [broken] });
      } catch (error) {
        thrown = String(error);
      }
      const isRestored = globalThis.fetch === original;
      return [thrown, isRestored, kit.init(options) === kit.init({ ...options, serviceName: 'b' })];
    });
    expect(seen).toEqual(['Error: broken', true, true]);
  });

  it('records nothing at a rate of 0, and tells servers so', async () => {
    const page = await bench.open();
    await page.evaluate(async () => {
      kit.running = kit.init({ serviceName: 'a', url: '/v1/unsampled', sampleRate: 0 });
      await fetch('/api/a');
      await kit.running.flush();
    });
    expect(bench.shop.to('/api/a')[0]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-02$/);
    // An address of its own: the page of the test before may send while it is left.
    expect(bench.shop.to('/v1/unsampled')).toEqual([]);
  });
});
