import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { chromium } from 'playwright-core';

import { within } from './processes.mjs';

/**
 * Runs the suite in a page, which is served from here and allowed no code but its own script.
 *
 * @throws when there is no report in time, or an error on the page
 */
export async function runChromium({ program, bundles, timeoutMs }) {
  const { port, close } = await serve(bundles.page);
  try {
    return await inBrowser(program, timeoutMs, async (browser) => {
      const report = await within(timeoutMs, reportOf(browser, `http://127.0.0.1:${port}/`, timeoutMs));
      return { report, version: browser.version() };
    });
  } finally {
    close();
  }
}

async function inBrowser(executablePath, timeout, work) {
  // Playwright ends the browser with this process, however that ends.
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--js-flags=--expose-gc',
  ];
  const browser = await chromium.launch({ executablePath, timeout, args });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

async function reportOf(browser, url, timeout) {
  const page = await browser.newPage();
  page.setDefaultTimeout(timeout);
  const wrong = new Promise((_, reject) => {
    page.once('pageerror', reject);
    page.once('crash', () => reject(new Error('the page crashed')));
  });
  const reported = page
    .goto(url)
    .then(() => page.waitForFunction(() => globalThis.suiteReport))
    .then((handle) => handle.jsonValue());
  return JSON.parse(await Promise.race([reported, wrong]));
}

async function serve(script) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/suite.mjs';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.setHeader('content-security-policy', "default-src 'none'; script-src 'self'");
    response.end(isScript ? readFileSync(script) : '<!doctype html><script type="module" src="/suite.mjs"></script>');
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: server.address().port, close };
}
