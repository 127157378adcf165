import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Glob } from './glob.ts';

describe('a glob of a path', () => {
  it.each([
    ['/health', '/health', true],
    ['/health', '/healthz', false],
    ['/health', '/Health', false],
    ['/users/*', '/users/42', true],
    ['/users/*', '/users/', true],
    ['/users/*', '/users/42/orders', false],
    ['/users/*/orders', '/users/42/orders', true],
    ['/users/**', '/users/42/orders', true],
    ['/**/orders', '/users/42/orders', true],
    ['**', '', true],
    ['**', '/a/b', true],
    ['*', 'a/b', false],
    ['/v?/x', '/v1/x', true],
    ['/v?/x', '/v12/x', false],
    ['/v?/x', '/v//x', false],
    ['a*b*c', 'axxbyybzc', true],
    ['a*b*c', 'axxbyybz', false],
    ['*.css', 'main.css', true],
    ['[a]+(b)', '[a]+(b)', true],
    ['', '', true],
    ['', 'a', false],
  ])('%j matches %j: %s', (glob, path, matches) => {
    const compiled = new Glob(glob, true);
    // Twice, because it keeps its places.
    expect([compiled.matches(path), compiled.matches(path)]).toEqual([matches, matches]);
  });
});

it('of another text knows no segments', () => {
  expect(new Glob('GET *', false).matches('GET /users/42')).toBe(true);
  expect(new Glob('GET ?users', false).matches('GET /users')).toBe(true);
});

it('matches what the same regular expression matches', () => {
  const part = fc.constantFrom('a', 'b', '/', '*', '?', '**');
  const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), text, (parts, path) => {
      const glob = parts.join('');
      const source = glob.replace(/\*\*|\*|\?/g, (wild) => ({ '**': '[^]*', '*': '[^/]*', '?': '[^/]' })[wild]!);
      expect(new Glob(glob, true).matches(path)).toBe(new RegExp(`^${source}$`).test(path));
    }),
  );
});

it('takes time by the product of lengths only, where a matcher that goes back would not end', () => {
  const glob = new Glob(`${'*a'.repeat(60)}b`, true);
  expect(glob.matches('a'.repeat(8192))).toBe(false);
});
