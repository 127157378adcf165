import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { reasonToSkip } from '../../../e2e/src/chromium.ts';
import { deadline, PageBench } from './page-bench.ts';
import type { Kit } from './page-bench.ts';

/** In the page: what the script sets. */
declare const spanwise: Kit['running'];

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

const strict = { 'content-security-policy': "default-src 'self'; img-src data:" };

describe.skipIf(reason !== undefined)('a script element', () => {
  let bench: PageBench;
  beforeAll(async () => {
    bench = await PageBench.start();
  });
  afterAll(() => bench?.close());

  const script = (attributes: string, type = ''): string =>
    `<script ${type} src="/script.min.js" ${attributes}></script>`;

  it.each(['', 'type="module"', 'defer'])(
    'sets everything up by its attributes, under a strict policy: <script %s>',
    async (type) => {
      const page = await bench.open({
        head: script(
          `data-service-name="shop-page" data-url="/v1/traces" data-propagate-to="${bench.other.origin()}, https://api.example"`,
          type,
        ),
        body: '<button id="buy">Buy</button>',
        headers: strict,
      });
      const violations = await page.evaluate(async () => {
        const violations: string[] = [];
        document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
          violations.push(violatedDirective),
        );
        await fetch('/api/a');
        while (spanwise.stats().open > 0 || spanwise.stats().finished < 3)
          await new Promise((resolve) => setTimeout(resolve));
        await spanwise.flush();
        return violations;
      });
      expect(violations).toEqual([]);
      expect(bench.shop.spans.map(({ name }) => name).toSorted()).toEqual([
        'GET /api/a',
        'GET /cart/:id',
        'load /cart/:id',
      ]);
      expect(bench.shop.spans[0]?.record.resource.serviceName).toBe('shop-page');
    },
  );

  it('counts what a policy does not let through, and the page goes on', async () => {
    const page = await bench.open({
      head: script(`data-service-name="a" data-url="${bench.other.origin()}/v1/traces"`),
      headers: strict,
    });
    const [ok, reporter] = await page.evaluate(async () => {
      const { ok } = await fetch('/api/a');
      for (let tries = 0; tries < 5; tries++) await spanwise.flush();
      return [ok, spanwise.stats().reporters[0]!];
    });
    expect(ok).toBe(true);
    expect(reporter.delivered).toBe(0);
    expect(reporter.givenUp['retries-exhausted']).toBeGreaterThan(0);
    expect(bench.other.received).toEqual([]);
  });

  it.each([
    ['', 'serviceName must be the name of your page, such as "shop-page"; it was '],
    ['data-service-name="a"', 'url must be where OTLP/HTTP is taken, such as "/v1/traces"; it was '],
    [
      'data-service-name="a" data-url="/v1/traces" data-sample-rate="1.1"',
      'sampleRate must be a number from 0 to 1; it was 1.1',
    ],
    [
      'data-service-name="a" data-url="/v1/traces" data-sample-rate="often"',
      'sampleRate must be a number from 0 to 1; it was NaN',
    ],
    ['data-service-name="a" data-url="/v1/traces" data-propagate-to="*"', '"*" is no origin'],
  ])('says on the console what is wrong with %j, and leaves the page alone', async (attributes, message) => {
    const page = await bench.open({ head: script(attributes) });
    const warnings: string[] = [];
    page.on('console', (entry) => warnings.push(entry.text()));
    await page.reload();
    await expect.poll(() => warnings.join(), deadline).toContain(message);
    expect(await page.evaluate(() => /native/.test(String(fetch)))).toBe(true);
  });

  it('takes rates from 0 to 1, and addresses to leave out', async () => {
    const page = await bench.open({
      head: script(
        `data-service-name="a" data-url="/v1/traces" data-sample-rate="0" data-ignore-urls="${bench.shop.origin()}/api/a,"`,
      ),
    });
    await page.evaluate(async () => {
      await fetch('/api/a');
      await fetch('/api/b');
    });
    expect(bench.shop.to('/api/a')[0]?.headers['traceparent']).toBeUndefined();
    expect(bench.shop.to('/api/b')[0]?.headers['traceparent']).toMatch(/-02$/);
  });
});
