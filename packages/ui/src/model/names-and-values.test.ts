import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatValue, prettyJson } from './attribute-values.ts';
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

  it('leaves numbers, strings and keys of JSON as they were written', () => {
    const text = '{"id":9007199254740993,"price":1.10,"far":1e400,"a":1,"a":2,"t":"\\u0041 \\"{,:}[\\\\"}';
    const lines = ['"id": 9007199254740993', '"price": 1.10', '"far": 1e400', '"a": 1', '"a": 2'];
    expect(prettyJson(text)).toBe(`{\n  ${lines.join(',\n  ')},\n  "t": "\\u0041 \\"{,:}[\\\\"\n}`);
  });

  it('indents JSON as everybody does where nothing is lost by that', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
        const asUsual = JSON.stringify(value, undefined, 2);
        expect(prettyJson(JSON.stringify(value))).toBe(asUsual);
        expect(prettyJson(`\n${asUsual} `)).toBe(asUsual);
      }),
    );
  });

  it('does not drown what is deeply nested in spaces', () => {
    const [opened, closed] = ['['.repeat(3000), ']'.repeat(3000)];
    const pretty = prettyJson(opened + closed)!;
    expect(pretty.length).toBeLessThan(6000 * 66);
    expect(pretty.replaceAll(/\s/g, '')).toBe(opened + closed);
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
