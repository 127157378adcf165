import path from 'node:path';

import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

import type * as zone from '@spanwise/opentracing/scope-managers/zone';
import { openBrowser } from '../../../e2e/src/chromium.ts';
import type { OpenBrowser } from '../../../e2e/src/chromium.ts';
import type * as errors from '../src/errors.ts';
import type * as entry from '../src/index.ts';
import type * as interaction from '../src/interaction.ts';
import type * as xhr from '../src/xhr.ts';
import { bundle } from './bundle.ts';
import { Site } from './site.ts';
import type { Answer } from './site.ts';

const zoneManager = '@spanwise/opentracing/scope-managers/zone';

/** What the page's script puts on its window: all that the package exports, zone.js's manager, and what a test has started. */
export type Kit = typeof entry &
  typeof xhr &
  typeof interaction &
  typeof errors &
  typeof zone & { running: entry.Spanwise };

/** For what a page or a server does in its own time, on a busy machine too. */
export const deadline = { timeout: 15_000 } as const;

/** What the document is made of. */
export interface Document {
  readonly head?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

const source = (name: string): string => JSON.stringify(path.join(import.meta.dirname, '../src', name));

/** A real browser and two real servers: the page's own, which takes its spans too, and another one. */
export class PageBench {
  readonly shop: Site;
  readonly other: Site;
  readonly #browser: OpenBrowser;
  readonly #scripts: ReadonlyMap<string, string>;

  private constructor(shop: Site, other: Site, browser: OpenBrowser, scripts: ReadonlyMap<string, string>) {
    this.shop = shop;
    this.other = other;
    this.#browser = browser;
    this.#scripts = scripts;
  }

  static async start(): Promise<PageBench> {
    const entries = [...['index.ts', 'xhr.ts', 'interaction.ts', 'errors.ts'].map(source), JSON.stringify(zoneManager)];
    const imports = entries.map((entry, index) => `import * as entry${index} from ${entry};`).join('\n');
    const all = entries.map((_, index) => `...entry${index}`).join(', ');
    const scripts = new Map([
      ['/kit.js', await bundle(`${imports}\nglobalThis.kit = { ${all} };`)],
      ['/zone.js', await bundle("import 'zone.js';")],
      ['/script.min.js', await bundle(`import ${source('script.ts')};`, 'iife')],
    ]);
    return new PageBench(await Site.start(), await Site.start(), await openBrowser(), scripts);
  }

  /** Opens a page that has loaded the package and started nothing. It is closed after the test. */
  async open({
    head = '<script type="module" src="/kit.js"></script>',
    body = '',
    headers = {},
  }: Document = {}): Promise<Page> {
    const html = `<!doctype html><html><head><title>Shop</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
    const document: Answer = { headers: { 'content-type': 'text/html', ...headers }, body: html };
    this.other.reset();
    this.answer((path) => (path.startsWith('/cart/') ? document : undefined));
    const page = await this.#browser.context.newPage();
    onTestFinished(() => page.close());
    await page.goto(`${this.shop.origin()}/cart/1234?token=secret`);
    return page;
  }

  /** The shop's server answers so, beside documents and scripts. */
  answer(answering: (path: string, body: string) => Answer | undefined | Promise<Answer | undefined>): void {
    this.shop.reset(async ({ path, body }) => (await answering(path, body)) ?? this.#script(path));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.shop.close();
    await this.other.close();
  }

  #script(path: string): Answer | undefined {
    const body = this.#scripts.get(path);
    return body === undefined ? undefined : { headers: { 'content-type': 'text/javascript' }, body };
  }
}
