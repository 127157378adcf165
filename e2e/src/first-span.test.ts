import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { violationsOf } from './accessibility.ts';
import { openBrowser, reasonToSkip } from './chromium.ts';
import type { OpenBrowser } from './chromium.ts';
import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';

const reason = reasonToSkip();
if (reason !== undefined) console.log(reason);

const resolve = createRequire(import.meta.url).resolve;

/** An application without a word of tracing: it answers one request of its own, and stays. */
const application = `
const { createServer } = require('node:http');
const server = createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1', async () => {
  await (await fetch('http://127.0.0.1:' + server.address().port + '/hello')).text();
});`;

/** One that was written for npm's opentracing. */
const openTracingApplication = `
const { globalTracer, Tags } = require('opentracing');
const span = globalTracer().startSpan('hello from old code', { tags: { [Tags.COMPONENT]: 'app' } });
span.log({ event: 'greeted' });
span.finish();
setInterval(() => {}, 1000);`;

describe.skipIf(reason !== undefined)('the page on an empty collector', { timeout: 60_000 }, () => {
  let browser: OpenBrowser;

  beforeAll(async () => {
    browser = await openBrowser({ viewport: { width: 1280, height: 800 }, locale: 'en' });
  });

  afterAll(() => browser?.close());

  it('names the ports that the collector got, in every way', async () => {
    const { mainUrl, otlpUrl } = await start();
    const page = await open(mainUrl);
    expect(await page.getByRole('tab').allTextContents()).toEqual([
      'Node.js',
      'OpenTracing code',
      'Web page',
      'Python, Java, Go …',
      'Zipkin',
      'By hand',
    ]);
    const lines = await linesOf(page);
    expect(lines.get('nodeStart')).toBe(
      `SPANWISE_OTLP_ENDPOINT=${otlpUrl} node --import @spanwise/node/register app.js`,
    );
    expect(lines.get('otlpVariables')).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${otlpUrl}\n`);
    expect(lines.get('zipkinAddress')).toBe(`${mainUrl}/api/v2/spans`);
    expect(lines.get('zipkinSpring')).toContain(`=${mainUrl}/api/v2/spans\n`);
    expect(lines.get('browserInit')).toContain(`url: '${otlpUrl}/v1/traces'`);
    expect(lines.size).toBe(18);
  });

  it.each(['curlOtlp', 'curlZipkin'])('lights up when what it says was done by hand: %s', async (step) => {
    const { mainUrl } = await start();
    const page = await open(mainUrl);
    await run((await linesOf(page)).get(step)!, await applicationFolder());
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'hello' }).waitFor();
  });

  it('lights up when a Node.js application was started as it says', async () => {
    const page = await open((await start()).mainUrl);
    const lines = await linesOf(page);
    expect(lines.get('nodeInstall')).toBe(`npm install ${await nameOf('@spanwise/node')}`);
    await run(lines.get('nodeStart')!, await applicationFolder());
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'GET /hello' }).waitFor();
  });

  it('lights up when the variables of OpenTelemetry are set as it says', async () => {
    const page = await open((await start()).mainUrl);
    const variables = (await linesOf(page)).get('otlpVariables')!;
    await run(`${variables}\nexec node --import @spanwise/node/register app.js`, await applicationFolder());
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'my-service' }).waitFor();
  });

  it('lights up when spans are sent to Zipkin’s address as it says', async () => {
    const page = await open((await start(['--port-otlp-http', 'off'])).mainUrl);
    await run((await linesOf(page)).get('zipkinNode')!, await applicationFolder());
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'GET /hello' }).waitFor();
  });

  it('lights up when code that was written for npm’s opentracing runs with the file that it shows', async () => {
    const page = await open((await start()).mainUrl);
    const lines = await linesOf(page);
    const [tracer, api] = [await nameOf('@spanwise/tracer'), await nameOf('@spanwise/opentracing')];
    expect(lines.get('codeInstall')).toContain(`npm install ${tracer} opentracing@npm:${api}\n`);
    const folder = await applicationFolder(openTracingApplication);
    await writeFile(path.join(folder, 'tracing.cjs'), lines.get('codeTracing')!);
    await writeFile(path.join(folder, 'package.json'), '{ "dependencies": { "opentracing": "npm:x@1" } }');
    const [, overrides = ''] = lines.get('codeInstall')!.split('\n');
    await finished(overrides, folder);
    expect(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))).toMatchObject({
      overrides: { opentracing: '$opentracing' },
    });
    await run(lines.get('codeStart')!, folder);
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'hello from old code' }).waitFor();
  });

  it.each(['browserInit', 'browserScript'])('lights up when a page has what it says: %s', async (step) => {
    let document = '';
    const shop = await serve(() => document);
    const { mainUrl } = await start(['--allowed-origins', shop]);
    const page = await open(mainUrl);
    const lines = await linesOf(page);
    expect(lines.get('browserOrigins')).toMatch(/^--allowed-origins http:\/\/localhost:\d+$/);
    const text = lines.get(step)!;
    const imports = '{ "imports": { "@spanwise/browser": "/lib/index.module.mjs" } }';
    document = text.startsWith('<')
      ? text
      : `<script type="importmap">${imports}</script><script type="module">${text}</script>`;
    const visitor = await browser.context.newPage();
    onTestFinished(() => visitor.close());
    await visitor.goto(`${shop}/cart/1`);
    await page.locator('a[href*="/trace/"]').filter({ hasText: 'load /cart/:id' }).waitFor();
  });

  it('shows no way that needs OTLP when its port is off, but how to have one', async () => {
    const { mainUrl } = await start(['--port-otlp-http', 'off']);
    const page = await open(mainUrl);
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Zipkin', 'By hand']);
    expect([...(await linesOf(page)).keys()].sort()).toEqual([
      '',
      'curlZipkin',
      'zipkinAddress',
      'zipkinNode',
      'zipkinSpring',
    ]);
    expect((await linesOf(page)).get('')).toBe('--port-otlp-http 4318');
  });

  it('is walked by keys, and copies', async () => {
    const { mainUrl } = await start();
    const page = await open(mainUrl);
    await browser.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: mainUrl });
    await page.getByRole('tab', { name: 'Node.js' }).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator(':focus').textContent()).toBe('By hand');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator(':focus').textContent()).toBe('OpenTracing code');
    expect(await page.getByRole('tabpanel').getAttribute('aria-labelledby')).toBe(
      await page.locator(':focus').getAttribute('id'),
    );
    await page.getByRole('button', { name: 'Copy' }).nth(1).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    expect(copied).toBe(await page.locator('code[data-step=codeTracing]').textContent());
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
    ['light', 390],
    ['dark', 1280],
  ] as const)('has nothing that axe finds, in both languages: %s, %i px', async (colorScheme, width) => {
    const { mainUrl } = await start();
    const page = await open(mainUrl);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    for (const language of ['Language', '语言']) {
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        expect(await violationsOf(page)).toEqual([]);
        const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        expect(await page.evaluate(overflow)).toBe(0);
      }
      await page.getByRole('button', { name: new RegExp(`^${language}`) }).click();
      await page.getByRole('button', { name: language === '语言' ? /^Language/ : /^语言/ }).waitFor();
    }
  });

  async function start(args: readonly string[] = []): Promise<CollectorProcess> {
    const dataDirectory = await mkdtemp(path.join(tmpdir(), 'spanwise-first-'));
    const collector = await startCollectorProcess({ dataDirectory, args });
    onTestFinished(async () => {
      await collector.end('SIGTERM');
      await rm(dataDirectory, { recursive: true, force: true });
    });
    return collector;
  }

  async function open(url: string): Promise<Page> {
    const page = await browser.context.newPage();
    onTestFinished(() => page.close());
    await page.goto(url);
    await page.getByRole('tab', { name: 'Zipkin' }).waitFor();
    return page;
  }
});

/** What each way shows, by its step; the flag that turns OTLP on has none. */
async function linesOf(page: Page): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    for (const code of await page.locator('code').all()) {
      lines.set((await code.getAttribute('data-step')) ?? '', (await code.textContent()) ?? '');
    }
  }
  return lines;
}

/** A folder with an application as `app.js`, and our packages where npm would have put them. */
async function applicationFolder(app: string = application): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanwise-app-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const modules = path.join(folder, 'node_modules');
  await mkdir(path.join(modules, '@spanwise'), { recursive: true });
  for (const name of ['node', 'tracer', 'opentracing', 'instrumentation', 'wire']) {
    await symlink(packageFolder(`@spanwise/${name}`), path.join(modules, '@spanwise', name));
  }
  await symlink(packageFolder('@spanwise/opentracing'), path.join(modules, 'opentracing'));
  await writeFile(path.join(folder, 'app.js'), app);
  return folder;
}

function packageFolder(name: string): string {
  return path.dirname(resolve(`${name}/package.json`));
}

/** The name in the manifest of a package: what npm knows it by. */
async function nameOf(name: string): Promise<string> {
  const manifest = await readFile(resolve(`${name}/package.json`), 'utf8');
  return (JSON.parse(manifest) as { name: string }).name;
}

/** Runs lines in a shell until the test ends. */
async function run(lines: string, folder: string): Promise<void> {
  const child = spawn('sh', ['-c', lines], { cwd: folder, stdio: 'ignore', detached: true });
  const ended = new Promise((end) => child.once('close', end));
  onTestFinished(async () => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    await ended;
  });
}

/** Runs lines in a shell to their end. */
async function finished(lines: string, folder: string): Promise<void> {
  const child = spawn('sh', ['-c', lines], { cwd: folder, stdio: 'ignore' });
  expect(await new Promise((end) => child.once('close', end))).toBe(0);
}

/** A site of its own origin, with the published files of `@spanwise/browser`. */
async function serve(documentOf: () => string): Promise<string> {
  const lib = path.dirname(resolve('@spanwise/browser/script.min.js'));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://site');
    if (pathname.endsWith('js')) {
      response.setHeader('content-type', 'text/javascript');
      void readFile(path.join(lib, path.basename(pathname))).then((script) => response.end(script));
    } else {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><link rel="icon" href="data:,">${documentOf()}`);
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
