import { expect, it } from 'vitest';

import { attributeText } from './attribute-text.ts';
import type { AttributeValue } from './span-record.ts';

it.each<[AttributeValue, string | undefined]>([
  ['text', 'text'],
  ['', ''],
  [4.5, '4.5'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [false, 'false'],
  [null, undefined],
  [12345678901234567890n, '12345678901234567890'],
  [Uint8Array.of(0, 255), 'AP8='],
  [['a', 1n, [true], null], '["a",1,[true],null]'],
  [{ key: Uint8Array.of(1) }, '{"key":"AQ=="}'],
])('writes %o as %j', (value, text) => {
  expect(attributeText(value)).toBe(text);
});
