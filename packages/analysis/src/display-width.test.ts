import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayWidth, fitTo, shortenMiddle } from './display-width.ts';

test.each([
  ['', 0],
  ['GET /items', 10],
  ['订单', 4],
  ['ｱ', 1],
  ['Ａ', 2],
  ['한국', 4],
  ['🚀', 2],
  ['𠀀', 2],
  ['é', 1],
  ['e\u0301', 1],
  ['…', 1],
])('%s takes %d columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

describe('shortening', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc…fg'],
    ['abcdefg', 1, '…'],
    ['创建订单服务', 12, '创建订单服务'],
    ['创建订单服务', 11, '创建…单服务'],
    ['创建订单服务', 10, '创建…服务'],
    ['创建订单服务', 2, '…'],
    ['ae\u0301bcde\u0301f', 5, 'ae\u0301…e\u0301f'],
  ])('%s to %d columns is %s', (text, width, short) => {
    expect(shortenMiddle(text, width)).toBe(short);
  });

  test('whatever the text, fitting gives exactly the width and never tears a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const fitted = fitTo(text, width);
        expect(displayWidth(fitted)).toBe(width);
        expect(fitted).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});
