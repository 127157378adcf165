import { describe, expect, it } from 'vitest';
import { formatValue, prettyJson, tagCondition } from './attribute-values.ts';
import { indentOf } from './indent.ts';
import { middleCut } from './middle-cut.ts';
import { groupTags } from './tag-groups.ts';

describe('middleCut', () => {
  it('leaves short names whole', () => {
    expect(middleCut('GET /cart')).toEqual({ head: 'GET /cart', tail: '' });
    expect(middleCut('x'.repeat(24)).tail).toBe('');
    expect(middleCut('x'.repeat(25)).tail).toHaveLength(12);
  });

  it('never cuts through a character', () => {
    const { head, tail } = middleCut(`${'a'.repeat(20)}${'👩‍🚀'.repeat(4)}`, 12);
    expect(head + tail).toBe(`${'a'.repeat(20)}${'👩‍🚀'.repeat(4)}`);
    expect(tail.isWellFormed()).toBe(true);
    expect(tail.startsWith('\u200d')).toBe(false);
  });
});

describe('groupTags', () => {
  it('puts standard groups first, in their order, and lone tags last', () => {
    const groups = groupTags([
      'cart.items',
      3,
      'db.type',
      'sql',
      'cart.total',
      9,
      'zone',
      'a',
      'http.method',
      'GET',
      'error',
      true,
    ]);
    expect(groups.map(({ prefix, tags }) => [prefix, tags.length])).toEqual([
      ['error', 1],
      ['http', 1],
      ['db', 1],
      ['cart', 2],
      ['', 1],
    ]);
  });
});

describe('formatValue', () => {
  it.each([
    ['text', 'text'],
    [4.5, '4.5'],
    [false, 'false'],
    [null, 'null'],
    [12345678901234567890n, '12345678901234567890'],
    [Uint8Array.of(0, 255), 'AP8='],
    [['a', 1n, [true]], '["a",1,[true]]'],
    [{ key: Uint8Array.of(1) }, '{"key":"AQ=="}'],
  ])('writes %o', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('finds by what a search compares, and an empty value by its key', () => {
    expect(tagCondition('key', Uint8Array.of(0, 255))).toBe('key=AP8=');
    expect(tagCondition('key', '')).toBe('key=');
    expect(tagCondition('key', null)).toBe('key');
  });

  it('indents JSON text, and only that', () => {
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyJson('{not json}')).toBeUndefined();
    expect(prettyJson('12')).toBeUndefined();
  });
});

describe('indentOf', () => {
  it('gives each level its step while there is room', () => {
    expect(indentOf(3, 10, 400)).toEqual({ pixels: 36, guidePixels: 36 });
  });

  it('never takes more than half of the column, and never goes back', () => {
    let before = -1;
    for (let depth = 0; depth <= 10_000; depth += 7) {
      const { pixels } = indentOf(depth, 10_000, 300);
      expect(pixels).toBeLessThanOrEqual(150);
      expect(pixels).toBeGreaterThanOrEqual(before);
      before = pixels;
    }
  });
});
