import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { applicationName } from './application-name.ts';

let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'spanwise-name-'));
  write('package.json', '{ "name": "outer" }');
  write('shop/package.json', '{ "name": "@acme/shop" }');
  write('shop/dist/package.json', '{ "type": "commonjs" }');
  write('shop/broken/package.json', '{');
  write('shop/empty/package.json', '{ "name": "" }');
  write('shop/blank/package.json', '{ "name": " \\t" }');
  write('shop/node_modules/tool/package.json', '{ "name": "tool" }');
});

afterAll(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

test.each([
  ['app.js', 'outer'],
  ['shop/app.js', '@acme/shop'],
  ['shop/src/deep/app.js', '@acme/shop'],
  ['shop/dist/app.js', '@acme/shop'],
  ['shop/broken/app.js', '@acme/shop'],
  ['shop/empty/app.js', '@acme/shop'],
  ['shop/blank/app.js', '@acme/shop'],
])('of %s is %s', (script, name) => {
  expect(applicationName(path.join(root, script), '/')).toBe(name);
});

test('of a tool in node_modules, and without a script, is that of the working directory', () => {
  const shop = path.join(root, 'shop');
  expect(applicationName(path.join(shop, 'node_modules/tool/bin.js'), shop)).toBe('@acme/shop');
  expect(applicationName(undefined, shop)).toBe('@acme/shop');
});

test('is undefined when there is none up to the root', () => {
  expect(applicationName(undefined, '/')).toBeUndefined();
});
