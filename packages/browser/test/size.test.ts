import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { bundle } from './bundle.ts';

const source = (name: string): string => JSON.stringify(path.join(import.meta.dirname, '../src', name));

async function gzippedBytes(code: string): Promise<number> {
  return gzipSync(await bundle(code)).length;
}

// Bundled by rolldown with its minifier from the entry that an application would import, all packages below included,
// then gzipped at zlib's default level, as servers do.
describe('size, minified and gzipped', () => {
  const init = `export { init } from ${source('index.ts')};`;

  it('tracer with the API, document load, fetch and exporter take at most 8 KB, the bar of DESIGN', async () => {
    expect(await gzippedBytes(init)).toBeLessThanOrEqual(8 * 1024);
  });

  it('what is published is no larger, whatever the bundler thinks of side effects', async () => {
    const published = JSON.stringify(path.join(import.meta.dirname, '../lib/index.module.mjs'));
    const code = await bundle(`export { init } from ${published};`, 'esm', true);
    expect(code).not.toMatch(/@spanwise\/(opentracing|instrumentation)["']/);
    expect(gzipSync(code).length).toBeLessThanOrEqual(8 * 1024);
  });

  it('what the bar counts is whole: the bundle has the path to the wire in it', async () => {
    const code = await bundle(init);
    for (const part of ['resourceSpans', 'traceparent', 'navigation', 'withActiveSpan', 'extract', 'keepalive']) {
      expect(code).toContain(part);
    }
  });

  it.each([
    ['xhr.ts', 0.5],
    ['interaction.ts', 0.5],
    ['errors.ts', 0.25],
  ])('%s adds at most %f KB', async (name, kilobytes) => {
    const more = await gzippedBytes(`${init} export * from ${source(name)};`);
    expect(more - (await gzippedBytes(init))).toBeLessThanOrEqual(kilobytes * 1024);
  });

  it('the file for a script element takes at most 10 KB', async () => {
    const code = await bundle(`import ${source('script.ts')};`, 'iife');
    expect(code).toContain('unhandledrejection');
    expect(gzipSync(code).length).toBeLessThanOrEqual(10 * 1024);
  });
});

it('asks for nothing of Node, and evaluates no text', async () => {
  const code = await bundle(`import ${source('script.ts')};`, 'iife');
  expect(code).not.toMatch(/\bprocess\b|\brequire\(|node:|\beval\(|new Function|\bBuffer\b/);
});
