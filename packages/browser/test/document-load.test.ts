import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reasonToSkip } from '../../../e2e/src/chromium.ts';
import { deadline, PageBench } from './page-bench.ts';
import type { Kit } from './page-bench.ts';

/** In the page. */
declare const kit: Kit;

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

const traceId = '0af7651916cd43dd8448eb211c80319c';
const serverId = 'b7ad6b7169203331';
const script = '<script src="/script.min.js" data-service-name="shop-page" data-url="/v1/traces"></script>';

describe.skipIf(reason !== undefined)('the load of a page', () => {
  let bench: PageBench;
  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.close());

  it('is a span from the start of the navigation to the end of its load event, with phases and the request', async () => {
    await bench.open({ head: script });
    await expect.poll(() => bench.shop.spans.length, deadline).toBe(2);
    const load = bench.shop.span('load /cart/:id');
    const request = bench.shop.span('GET /cart/:id');
    expect(load).toMatchObject({ parentId: '', kind: 1, status: 0 });
    expect(load.tags).toEqual({
      component: 'document',
      'http.url': `${bench.shop.origin()}/cart/1234?token=REDACTED`,
      'navigation.type': 'navigate',
    });
    const names = load.logs.map(({ name }) => name);
    const inOrder = [
      'fetchStart',
      'requestStart',
      'responseStart',
      'responseEnd',
      'domInteractive',
      'domComplete',
      'loadEventEnd',
    ];
    expect(names.filter((name) => inOrder.includes(name))).toEqual(inOrder);
    for (const { millis } of load.logs) {
      // Browsers round moments to a tenth of a millisecond.
      expect(millis).toBeGreaterThanOrEqual(load.startMillis - 0.1);
      expect(millis).toBeLessThanOrEqual(load.endMillis + 0.1);
    }
    expect(request).toMatchObject({ traceId: load.traceId, parentId: load.spanId, kind: 3 });
    expect(request.tags).toMatchObject({ 'http.method': 'GET', 'http.status_code': 200 });
    expect(request.startMillis).toBeGreaterThanOrEqual(load.startMillis);
    expect(request.endMillis).toBeLessThanOrEqual(load.endMillis);
    expect(Math.abs(load.startMillis - Date.now())).toBeLessThan(60_000);
  });

  it('follows from the server span that the document names', async () => {
    await bench.open({
      head: `<meta name="traceparent" content="00-${traceId}-${serverId}-01"><meta name="tracestate" content="ot=th:8">${script}`,
    });
    await expect.poll(() => bench.shop.spans.length, deadline).toBe(2);
    const load = bench.shop.span('load /cart/:id');
    expect(load).toMatchObject({ traceId, parentId: serverId });
    expect(load.record.traceState).toBe('ot=th:8');
    expect(load.record.links).toEqual([
      expect.objectContaining({ attributes: ['opentracing.ref_type', 'follows_from'] }),
    ]);
    expect(bench.shop.span('GET /cart/:id')).toMatchObject({ traceId, parentId: load.spanId });
  });

  it('is not recorded where the server did not sample', async () => {
    const page = await bench.open({
      head: `<meta name="traceparent" content="00-${traceId}-${serverId}-00"><script type="module" src="/kit.js"></script>`,
    });
    const stats = await page.evaluate(async () => {
      kit.running = kit.init({ serviceName: 'a', url: '/v1/traces' });
      while (kit.running.stats().started < 2) await new Promise((resolve) => setTimeout(resolve));
      await kit.running.shutdown();
      return kit.running.stats();
    });
    expect(stats).toMatchObject({ started: 2, unsampled: 2, open: 0, finished: 0 });
    expect(bench.shop.to('/v1/traces')).toEqual([]);
  });

  it.each(['', '00-0', `ff-${traceId}-${serverId}-01`, '<b>"'])(
    'begins a trace where the document says %j',
    async (content) => {
      await bench.open({ head: `<meta name="traceparent" content='${content}'>${script}` });
      await expect.poll(() => bench.shop.spans.length, deadline).toBe(2);
      expect(bench.shop.span('load /cart/:id').parentId).toBe('');
    },
  );

  it('is recorded by who comes late too, and not after the end', async () => {
    const page = await bench.open();
    const [late, ended] = await page.evaluate(async () => {
      const options = { serviceName: 'a', url: '/v1/traces' };
      const first = kit.init(options);
      while (first.stats().finished < 2) await new Promise((resolve) => setTimeout(resolve));
      await first.shutdown();
      const second = kit.init(options);
      await second.shutdown();
      await new Promise((resolve) => setTimeout(resolve, 1));
      return [first.stats(), second.stats()];
    });
    expect(late).toMatchObject({ started: 2, finished: 2 });
    expect(ended).toMatchObject({ started: 0 });
    expect(bench.shop.spans).toHaveLength(2);
  });
});
