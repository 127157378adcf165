import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Tracer } from '@spanwise/opentracing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';

/** In the page: what the script sets. The package's own types are for programs that know the DOM's. */
declare const spanwise: {
  readonly tracer: Tracer;
  flush(): Promise<void>;
  stats(): { readonly open: number; readonly finished: number; readonly reporters: readonly unknown[] };
};

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

describe.skipIf(reason !== undefined)('a page and the collector, on two origins', { timeout: 60_000 }, () => {
  let browser: OpenBrowser;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(() => browser?.close());

  async function startCollector(...args: string[]): Promise<CollectorProcess> {
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'spanwise-browser-'));
    const collector = await startCollectorProcess({ dataDirectory, args });
    onTestFinished(async () => {
      await collector.end('SIGTERM');
      await rm(dataDirectory, { recursive: true, force: true });
    });
    return collector;
  }

  /** Serves the published script, and a document that sends its spans to where `collector` says. */
  async function serve(collector: () => string): Promise<string> {
    const script = await readFile(createRequire(import.meta.url).resolve('@spanwise/browser/script.min.js'));
    const server = createServer((request, response) => {
      if (request.url === '/script.min.js')
        return void response.setHeader('content-type', 'text/javascript').end(script);
      const attributes = `data-service-name="shop-page" data-url="${collector()}/v1/traces"`;
      const policy = `default-src 'self'; img-src data:; connect-src 'self' ${collector()}`;
      response.setHeader('content-type', 'text/html').setHeader('content-security-policy', policy);
      response.end(
        `<!doctype html><link rel="icon" href="data:,"><script src="/script.min.js" ${attributes}></script>`,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function open(url: string): Promise<Page> {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    await page.goto(`${url}/cart/1`);
    return page;
  }

  it('the spans of a page whose origin is listed are in the store', async () => {
    let collectorUrl = '';
    const site = await serve(() => collectorUrl);
    const { mainUrl, otlpUrl } = await startCollector('--allowed-origins', site);
    collectorUrl = otlpUrl;
    const page = await open(site);
    const traceId = await page.evaluate(async () => {
      const traceId = await spanwise.tracer.withActiveSpan('buy', async (span) => {
        await fetch('/cart/2');
        return span.context().toTraceId();
      });
      while (spanwise.stats().open > 0 || spanwise.stats().finished < 4)
        await new Promise((resolve) => setTimeout(resolve));
      await spanwise.flush();
      return traceId;
    });
    expect(await page.evaluate(() => spanwise.stats().reporters)).toMatchObject([
      { accepted: 4, delivered: 4, givenUp: {} },
    ]);
    const names = async (): Promise<string[]> => {
      const answer = await fetch(`${mainUrl}/api/v2/trace/${traceId}`);
      if (!answer.ok) return [];
      return ((await answer.json()) as { name: string }[]).map(({ name }) => name).toSorted();
    };
    await expect.poll(names, { timeout: 10_000 }).toEqual(['buy', 'get /cart/:id']);
  });

  it('the spans of other pages are refused, and such a page counts them and goes on', async () => {
    let collectorUrl = '';
    const site = await serve(() => collectorUrl);
    const { otlpUrl } = await startCollector('--allowed-origins', 'https://shop.example');
    collectorUrl = otlpUrl;
    const page = await open(site);
    const reporter = await page.evaluate(async () => {
      await fetch('/cart/2');
      while (spanwise.stats().finished < 3) await new Promise((resolve) => setTimeout(resolve));
      for (let tries = 0; tries < 5; tries++) await spanwise.flush();
      return spanwise.stats().reporters[0];
    });
    expect(reporter).toMatchObject({ accepted: 3, delivered: 0, givenUp: { 'retries-exhausted': 3 } });
  });
});
