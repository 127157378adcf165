import { expect, test } from 'vitest';

import { parseDecimal } from './decimal-number.ts';

test.each([
  ['0', 0],
  ['1', 1],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['1.', 1],
  ['+1', 1],
  ['-1', -1],
  ['1e-3', 0.001],
  ['1.5E3', 1500],
])('%s is a number', (text, number) => {
  expect(parseDecimal(text)).toBe(number);
});

test.each([
  '',
  ' ',
  '.',
  'e1',
  '1e',
  '0x1',
  '0X1',
  '0b1',
  '0o7',
  '1n',
  '1_000',
  '1,5',
  'Infinity',
  'NaN',
  '10%',
  '--1',
])('%j is none', (text) => {
  expect(parseDecimal(text)).toBeNaN();
});
