import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const library = path.join(import.meta.dirname, '../lib');
const tools = { chai: require.resolve('chai'), 'source-map-support': require.resolve('source-map-support') };
const original = path.dirname(require.resolve('opentracing-original'));

describe("npm opentracing's own published unit tests (ES5, unchanged)", () => {
  it('pass with this package in its place', () => {
    const { result, loaded } = runUnitTests(true);
    expect(result.failures).toEqual([]);
    expect(loaded).toContain(path.join(library, 'index.js'));
    expect(loaded).not.toContain(path.join(original, 'index.js'));
    expect(loaded).toContain(path.join(original, 'test/unittest.js'));
    // As many run and are skipped as with the original itself.
    const { result: baseline } = runUnitTests(false);
    expect(result.stats.passes).toBe(baseline.stats.passes);
    expect(result.stats.pending).toBe(baseline.stats.pending);
    expect(result.stats.passes).toBeGreaterThan(20);
  });
});

interface MochaResult {
  stats: { passes: number; pending: number };
  failures: { fullTitle: string; err: { message: string } }[];
}

function runUnitTests(putInPlace: boolean): { result: MochaResult; loaded: string[] } {
  const mocha = path.join(path.dirname(require.resolve('mocha/package.json')), 'bin/_mocha');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--require',
      path.join(import.meta.dirname, 'fixtures/resolve-to-this-package.cjs'),
      mocha,
      '--check-leaks',
      '--reporter',
      'json',
      path.join(original, 'test/unittest.js'),
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, TEST_TOOLS: JSON.stringify(tools), PUT_IN_PLACE: putInPlace ? '1' : '0' },
    },
  );
  const start = stdout.indexOf('{\n  "stats"');
  if (start < 0) throw new Error(`mocha ended with ${status}; is the package built?\n${stdout}${stderr}`);
  const loaded = /^loaded: (.*)$/m.exec(stderr)?.[1];
  return { result: JSON.parse(stdout.slice(start)), loaded: loaded === undefined ? [] : JSON.parse(loaded) };
}
