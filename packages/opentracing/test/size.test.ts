import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

import * as opentracing from '../src/index.ts';

const source = path.join(import.meta.dirname, '../src/index.ts');

// The bar of DESIGN is 6 KB for the API's core: all that an application may load. The mock tracer is for tests.
const mock = ['MockTracer'];

describe('size, minified and gzipped', () => {
  it('the core, which is all of the main module but the mock tracer, takes at most 6 KB', async () => {
    const names = Object.keys(opentracing).filter((name) => !mock.includes(name));
    expect(await gzippedBytes(`export { ${names.join(', ')} } from ${JSON.stringify(source)};`)).toBeLessThanOrEqual(
      6 * 1024,
    );
  });

  it('with the mock tracer it takes at most 9.5 KB', async () => {
    expect(await gzippedBytes(`export * from ${JSON.stringify(source)};`)).toBeLessThanOrEqual(9.5 * 1024);
  });

  it('what instrumentation needs takes at most 4.75 KB: mock tracer and carriers are left out', async () => {
    const names = 'globalTracer, initGlobalTracer, Tags, FORMAT_HTTP_HEADERS, followsFrom, Tracer, Span';
    expect(await gzippedBytes(`export { ${names} } from ${JSON.stringify(source)};`)).toBeLessThanOrEqual(4.75 * 1024);
  });
});

it('require and import load what the main module consists of, and the doors to it', async () => {
  const bundle = await rolldown({ input: source, treeshake: false });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const home = path.dirname(source);
  const needed = new Set(output[0].moduleIds.map((id) => path.relative(home, id)));
  const { sources } = JSON.parse(readFileSync(path.join(home, '../lib/index.js.map'), 'utf8')) as { sources: string[] };
  const loaded = sources.map((file) => path.relative(home, path.join(home, '../lib', file)));
  expect(loaded.filter((file) => !needed.has(file))).toEqual(['mock_tracer/mock_context.ts', 'noop.ts']);
});

async function gzippedBytes(code: string): Promise<number> {
  const entry = {
    name: 'entry',
    resolveId: (id: string) => (id === 'entry' ? id : null),
    load: (id: string) => (id === 'entry' ? code : null),
  };
  const bundle = await rolldown({ input: 'entry', plugins: [entry], treeshake: { moduleSideEffects: false } });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  return gzipSync(output[0].code).length;
}
