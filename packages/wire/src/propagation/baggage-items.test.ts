import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type BaggageForm, formatBaggageItems, parseBaggageItems } from './baggage-items.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const key = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.constant('__proto__'));
const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019._-!~'.split('')), minLength: 1, maxLength: 20 });
const fieldValue = fc
  .string({ unit: fc.constantFrom(...'abc ,;=%"\u00e4\u00ff\t'.split('')), maxLength: 40 })
  .map((value) => value.trim());

describe.each<[BaggageForm, fc.Arbitrary<string>, fc.Arbitrary<string>]>([
  ['encoded', key, text],
  ['text', key, text],
  ['plain', token, fieldValue],
])('baggage with one header for each item, %s', (form, keys, values) => {
  it('comes back as it was sent', () => {
    const baggages = fc.dictionary(keys, values, { minKeys: 1, maxKeys: 6, noNullPrototype: true });
    fc.assert(
      fc.property(baggages, (baggage) => {
        // Half of a surrogate pair cannot be encoded.
        if (form === 'encoded' && JSON.stringify(baggage).includes('\\ud')) return;
        expect(parseBaggageItems(formatBaggageItems(baggage, form), form)).toEqual(baggage);
      }),
    );
  });

  it('throws at no text', () => {
    fc.assert(fc.property(fc.array(text), (items) => void parseBaggageItems(items, form)));
  });

  it('has no prototype to pollute', () => {
    const baggage = parseBaggageItems(['__proto__', 'x', 'constructor', 'y'], form)!;
    expect(Object.keys(baggage)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(baggage)).toBe(Object.prototype);
  });

  it('takes the last of a repeated key, and nothing without a key or a value', () => {
    expect(parseBaggageItems(['a', '1', 'a', '2', '', '3', 'b'], form)).toEqual({ a: '2' });
    expect(parseBaggageItems(['', '3'], form)).toBeUndefined();
    expect(parseBaggageItems([], form)).toBeUndefined();
    expect(formatBaggageItems({ '': 'x' }, form)).toEqual([]);
  });

  it('leaves out what is beyond 180 items', () => {
    const items = (count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
    const flat = Object.entries(items(181)).flat();
    expect(parseBaggageItems(flat.slice(0, 360), form)).toEqual(items(180));
    expect(parseBaggageItems(flat, form)).toEqual(items(180));
    expect(formatBaggageItems(items(181), form)).toEqual(flat.slice(0, 360));
  });

  it('leaves out an item of more than 4096 characters whole, and keeps those after it', () => {
    const exact = { k: 'v'.repeat(4095) };
    expect(parseBaggageItems(Object.entries(exact).flat(), form)).toEqual(exact);
    expect(formatBaggageItems(exact, form)).toHaveLength(2);
    const beyond = { k: 'v'.repeat(4096), b: '2' };
    expect(parseBaggageItems(Object.entries(beyond).flat(), form)).toEqual({ b: '2' });
    expect(formatBaggageItems(beyond, form)).toEqual(['b', '2']);
  });

  it('leaves out an item that would make more than 8192 characters, and keeps those after it', () => {
    const full = { a: 'v'.repeat(4095), b: 'v'.repeat(4093) };
    expect(parseBaggageItems([...Object.entries(full).flat(), 'c', '3'], form)).toEqual({ ...full, c: '3' });
    expect(parseBaggageItems([...Object.entries(full).flat(), 'c', '33', 'd', '4'], form)).toEqual({ ...full, d: '4' });
    expect(formatBaggageItems({ ...full, c: '3' }, form)).toHaveLength(6);
    expect(formatBaggageItems({ ...full, c: '33', d: '4' }, form)).toEqual([...Object.entries(full).flat(), 'd', '4']);
  });
});

it('percent-encodes what HTTP does not allow, and parentheses in keys', () => {
  expect(formatBaggageItems({ 'ä (1)': 'ö\r\n(2)' }, 'encoded')).toEqual(['%C3%A4%20%281%29', '%C3%B6%0D%0A(2)']);
});

it('reads broken escapes as they are, and those of no UTF-8 as U+FFFD', () => {
  expect(parseBaggageItems(['a', '50 %', 'b', '%ff', 'c', '%e4%3'], 'encoded')).toEqual({
    a: '50 %',
    b: '\ufffd',
    c: '\ufffd%3',
  });
});

it.each([
  ['a b', 'x'],
  ['a:b', 'x'],
  ['ä', 'x'],
  ['a\r\nb', 'x'],
  ['a', 'x\r\nset-cookie: y'],
  ['a', '\u0100'],
  ['a', '\u0000'],
  ['a', '\u007f'],
  ['a', ' x'],
  ['a', 'x\t'],
])('leaves out %j: %j in a plain header', (name, value) => {
  expect(formatBaggageItems({ [name]: value, ok: '1' }, 'plain')).toEqual(['ok', '1']);
});
