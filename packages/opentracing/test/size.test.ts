import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

const source = path.join(import.meta.dirname, '../src/index.ts');

describe('size, minified and gzipped', () => {
  it('all of the main module takes at most 6 KB', async () => {
    expect(await gzippedBytes(`export * from ${JSON.stringify(source)};`)).toBeLessThanOrEqual(6 * 1024);
  });

  it('what instrumentation needs takes at most 2.5 KB: mock tracer and carriers are left out', async () => {
    const names = 'globalTracer, initGlobalTracer, Tags, FORMAT_HTTP_HEADERS, followsFrom, Tracer, Span';
    expect(await gzippedBytes(`export { ${names} } from ${JSON.stringify(source)};`)).toBeLessThanOrEqual(2.5 * 1024);
  });
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
