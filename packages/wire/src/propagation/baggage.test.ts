import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formatBaggage, parseBaggage } from './baggage.ts';

describe('baggage', () => {
  it('comes back as it was sent, whatever keys and values hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const keys = fc
      .oneof(text, fc.constantFrom('__proto__', 'a(b)', 'per%cent', ' blank '))
      .filter((key) => key !== '');
    fc.assert(
      fc.property(fc.dictionary(keys, text, { minKeys: 1, maxKeys: 5, noNullPrototype: true }), (baggage) => {
        expect(parseBaggage(formatBaggage(baggage))).toEqual(baggage);
      }),
    );
  });

  it.each([
    ['a=1', { a: '1' }],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 , b\t=\t2 ', { a: '1', b: '2' }],
    ['a=1;prop;prop2=x,b=2', { a: '1', b: '2' }],
    ['a=', { a: '' }],
    ['a=x=y', { a: 'x=y' }],
    ['a=1,a=2', { a: '2' }],
    ['a=%C3%A9%20%F0%9F%98%80', { a: 'é 😀' }],
    ['a=%c3%a9', { a: 'é' }],
    ['a=%FF', { a: '\ufffd' }],
    ['a=x%E9y%20z', { a: 'x\ufffdy z' }],
    ['a=100%', { a: '100%' }],
    ['a=%zz%20', { a: '%zz ' }],
    ['user%20id=7', { 'user id': '7' }],
    ['userId=Am%C3%A9lie,serverNode=DF%2028', { userId: 'Amélie', serverNode: 'DF 28' }],
  ])('reads %j', (header, expected) => {
    expect(parseBaggage(header)).toEqual(expected);
  });

  it.each([
    ['a,b=2', { b: '2' }],
    ['=1,b=2', { b: '2' }],
    ['a b=1,b=2', { b: '2' }],
    ['"a"=1,b=2', { b: '2' }],
    ['é=1,b=2', { b: '2' }],
    [',,b=2,', { b: '2' }],
    [';a=1,b=2', { b: '2' }],
  ])('skips what is malformed in %j', (header, expected) => {
    expect(parseBaggage(header)).toEqual(expected);
  });

  it.each(['', ',', 'a', ';', '=', ' , '])('finds nothing in %j', (header) => {
    expect(parseBaggage(header)).toBeUndefined();
  });

  it('cannot be used to change prototypes', () => {
    const baggage = parseBaggage('__proto__=x,constructor=y')!;
    expect(Object.keys(baggage)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(baggage)).toBe(Object.prototype);
  });

  it('reads 180 members and no more', () => {
    const header = Array.from({ length: 200 }, (_, index) => `k${index}=v`).join(',');
    const keys = Object.keys(parseBaggage(header)!);
    expect([keys.length, keys.at(-1)]).toEqual([180, 'k179']);
  });

  it('reads one member of 8192 characters and none of 8193', () => {
    const value = 'v'.repeat(8190);
    expect(parseBaggage(`a=${value}`)).toEqual({ a: value });
    expect(parseBaggage(`a=${value}v`)).toBeUndefined();
  });

  it('reads members up to character 8192 and none that ends behind', () => {
    const first = `a=${'v'.repeat(4000)},b=${'v'.repeat(4000)},`;
    const rest = 8192 - first.length;
    expect(Object.keys(parseBaggage(`${first}c=${'v'.repeat(rest - 2)}`)!)).toEqual(['a', 'b', 'c']);
    expect(Object.keys(parseBaggage(`${first}c=${'v'.repeat(rest - 1)}`)!)).toEqual(['a', 'b']);
    expect(Object.keys(parseBaggage(`${first}${'d=1,'.repeat(1_000_000)}`)!)).toEqual(['a', 'b', 'd']);
  });

  it('writes nothing for no items, and no item with an empty key', () => {
    expect(formatBaggage({})).toBe('');
    expect(formatBaggage({ '': 'x', a: '1' })).toBe('a=1');
  });

  it('replaces lone surrogates', () => {
    expect(formatBaggage({ a: 'x\ud800' })).toBe('a=x%EF%BF%BD');
  });

  it('writes a value no longer than it came, and escapes what the grammar does not allow', () => {
    const legal = "!#$&'()*-./0:<=>?@AZ[]^_`az{|}~";
    expect(formatBaggage({ k: legal })).toBe(`k=${legal}`);
    const value = legal.repeat(250);
    expect(parseBaggage(formatBaggage({ k: value }))).toEqual({ k: value });
    expect(formatBaggage({ k: ' ",;\\%\u007f\n€+' })).toBe('k=%20%22%2C%3B%5C%25%7F%0A%E2%82%AC%2B');
  });

  it('leaves items out whole when they do not fit', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, 'v']));
    expect(formatBaggage(many).split(',').length).toBe(180);
    expect(formatBaggage({ a: 'v'.repeat(8191), b: '1' })).toBe('b=1');
    expect(formatBaggage({ a: 'v'.repeat(8190), b: '1' }).length).toBe(8192);
    const header = formatBaggage({ a: 'v'.repeat(4000), b: 'v'.repeat(4000), c: 'v'.repeat(4000), d: '1' });
    expect(header.length).toBeLessThanOrEqual(8192);
    expect(Object.keys(parseBaggage(header)!)).toEqual(['a', 'b', 'd']);
  });
});
