import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { onPackageLoad } from './commonjs-hook.ts';

let root: string;
let stop: () => void = () => {};

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'spanwise-hook-')));
  for (const copy of ['one', 'two']) {
    const folder = path.join(root, copy, 'node_modules/wanted');
    write(path.join(folder, 'package.json'), '{ "exports": { "require": "./lib/index.js", "import": "./esm.mjs" } }');
    write(path.join(folder, 'lib/index.js'), `module.exports = { file: __filename, copy: '${copy}', marked: false };`);
    write(path.join(folder, 'esm.mjs'), `import all from './lib/index.js'; export const marked = () => all.marked;`);
    write(path.join(root, copy, 'other/lib/index.js'), `module.exports = {};`);
    write(path.join(root, copy, 'by-import.mjs'), `export { marked } from 'wanted';`);
  }
});

afterEach(() => {
  stop();
  rmSync(root, { recursive: true });
});

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function requireIn(copy: string): NodeJS.Require {
  return createRequire(path.join(root, copy, 'app.js'));
}

function hook(): string[] {
  const loaded: string[] = [];
  stop = onPackageLoad('wanted', 'lib/index.js', (exports) => {
    const { file, copy } = Object.assign(exports as { file: string; copy: string }, { marked: true });
    // Copies of other tests stay in Node's cache.
    if (file.startsWith(root)) loaded.push(copy);
  });
  return loaded;
}

test('each copy is seen once, however often it is required', () => {
  const loaded = hook();
  for (const copy of ['one', 'two', 'one']) expect(requireIn(copy)('wanted')).toMatchObject({ copy, marked: true });
  requireIn('one')('./other/lib/index.js');
  expect(loaded).toEqual(['one', 'two']);
});

test('a copy that was loaded before is seen at once', () => {
  requireIn('one')('wanted');
  expect(hook()).toEqual(['one']);
});

test.each(['lib/index.js', 'lib/index', 'lib/', 'lib'])('a copy that is required by %s is seen', (inside) => {
  // Without `exports`, as older versions of `pg` are, any file may be asked for.
  write(path.join(root, 'one/node_modules/wanted/package.json'), '{ "main": "lib/index.js" }');
  const loaded = hook();
  expect(requireIn('one')(`wanted/${inside}`)).toMatchObject({ copy: 'one', marked: true });
  expect(loaded).toEqual(['one']);
});

test.each(['wanted/lib/other.js', 'unwanted/lib', './lib'])('what is required by %s is not seen', (request) => {
  write(path.join(root, 'one/node_modules/wanted/package.json'), '{ "main": "lib/index.js" }');
  for (const file of ['node_modules/wanted/lib/other.js', 'node_modules/unwanted/lib/index.js', 'lib/index.js'])
    write(path.join(root, 'one', file), 'module.exports = {};');
  const loaded = hook();
  requireIn('one')(request);
  expect(loaded).toEqual([]);
});

test('a copy that is imported is seen before its importer runs', async () => {
  const loaded = hook();
  // A name that the test runner does not look into.
  const file = pathToFileURL(path.join(root, 'one/by-import.mjs')).href;
  const imported = (await import(/* @vite-ignore */ file)) as { marked(): boolean };
  expect([loaded, imported.marked()]).toEqual([['one'], true]);
});

test('a package with a scope is seen, and one of its name without is not', () => {
  const scoped = path.join(root, 'one/node_modules/@scope/wanted');
  write(path.join(scoped, 'package.json'), '{ "main": "lib/index.js" }');
  write(path.join(scoped, 'lib/index.js'), `module.exports = { file: __filename, copy: 'scoped' };`);
  const loaded: unknown[] = [];
  stop = onPackageLoad('@scope/wanted', 'lib/index.js', (exports) => {
    loaded.push((exports as { copy: string }).copy);
  });
  requireIn('one')('wanted');
  requireIn('one')('@scope/wanted');
  requireIn('one')(path.join(scoped, 'lib/index.js'));
  expect(loaded).toEqual(['scoped']);
});

test('after the hook is out, nothing is seen', () => {
  const loaded = hook();
  stop();
  requireIn('one')('wanted');
  expect(loaded).toEqual([]);
});
