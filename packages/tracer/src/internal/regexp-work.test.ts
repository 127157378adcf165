import { describe, expect, it } from 'vitest';

import { regExpWork } from './regexp-work.ts';

describe('the ways to match a text of 100 characters', () => {
  it.each<[RegExp, number]>([
    [/^$/, 1],
    [/^\/health$/, 1],
    [/health/, 100],
    [/^a|b/, 200],
    [/^a/m, 100],
    [/^(?:a|b|c)$/, 3],
    [/^\d+$/, 100],
    [/^a*b$/, 101],
    [/^a?b?c?$/, 8],
    [/^\d{3}-\d{1,9}$/, 9],
    [/^\d{3,}$/, 98],
    [/^(?:abc)+$/, 100],
    [/^(?:[a-z]{3})*$/, 101],
    [/^\/users\/\d+\/orders\/\d+$/, 10_000],
    [/^[(|)\]]+$/, 100],
    [/^\(\|\)$/, 1],
    [/^(?<name>a+)b$/, 100],
    [/^(?=.*a)b/, 101],
    [/^a(?<=b)/, 100],
    [/^(a)\1$/, 100],
    [/^\u{61}+$/u, 100],
    [/^\u{61}+\p{L}+$/u, 10_000],
    [/^(?:a|bc)?$/, 3],
    [/^(?:a|b){2}$/, 4],
  ])('of %s are at most %d', (pattern, work) => {
    expect(regExpWork(pattern, 100)).toBe(work);
  });

  it.each([/(a+)+$/, /^(?:a|aa)+$/, /^(\w+\s?)*$/, /^(?:.*,){20}x/, /^((a*)*)*$/])('of %s are too many', (pattern) => {
    expect(regExpWork(pattern, 100)).toBeGreaterThan(1e12);
  });
});
