import { describe, expect, it } from 'vitest';

import { normalizeTraceState, otRandomValue, otThreshold, withOtRandomValue, withOtThreshold } from './trace-state.ts';

const members = (count: number): string => Array.from({ length: count }, (_, index) => `k${index}=v`).join(',');

describe('normalizeTraceState', () => {
  it('reads spaces in the middle once: a thousand such headers do not take a minute', () => {
    const hostile = `a=1${' '.repeat(8100)}x`;
    for (let turn = 0; turn < 1000; turn++) expect(normalizeTraceState(hostile)).toBe('');
  });

  it.each([
    ['rojo=00f067aa0ba902b7', 'rojo=00f067aa0ba902b7'],
    ['rojo=1,congo=2', 'rojo=1,congo=2'],
    [' rojo=1 ,\tcongo=2\t', 'rojo=1,congo=2'],
    ['rojo=1,,congo=2,', 'rojo=1,congo=2'],
    ['rojo=1,rojo=2', 'rojo=1'],
    ['fw529a3039@dt=x', 'fw529a3039@dt=x'],
    ['0tenant@vendor=x', '0tenant@vendor=x'],
    ['1abc=x', '1abc=x'],
    ['a@b@c=1', 'a@b@c=1'],
    ['a@=1', 'a@=1'],
    [`${'a'.repeat(242)}@v=1`, `${'a'.repeat(242)}@v=1`],
    [`t@${'v'.repeat(15)}=1`, `t@${'v'.repeat(15)}=1`],
    [`0${'@'.repeat(255)}=1`, `0${'@'.repeat(255)}=1`],
    ['a_-*/9=!"#$%&()*+-./:;<>?@[]^_`{|}~ x', 'a_-*/9=!"#$%&()*+-./:;<>?@[]^_`{|}~ x'],
    [`${'a'.repeat(256)}=1`, `${'a'.repeat(256)}=1`],
    [`a=${'v'.repeat(256)}`, `a=${'v'.repeat(256)}`],
    [members(32), members(32)],
    ['', ''],
    [',', ''],
  ])('keeps %j', (header, kept) => {
    expect(normalizeTraceState(header)).toBe(kept);
  });

  it.each([
    ['33 members', members(33)],
    ['a member without value', 'rojo'],
    ['an empty value', 'rojo='],
    ['an empty key', '=1'],
    ['a key with upper case', 'Rojo=1'],
    ['a key with upper case inside', 'roJo=1'],
    ['a key that begins with an at sign', '@rojo=1'],
    ['a key that begins with a sign', '_rojo=1'],
    ['a key with a space inside', 'ro jo=1'],
    ['a key with a sign that keys do not have', 'ro.jo=1'],
    ['a key of 257 characters', `${'a'.repeat(257)}=1`],
    ['a key of 257 characters with an at sign', `${'a'.repeat(255)}@v=1`],
    ['a value of 257 characters', `a=${'v'.repeat(257)}`],
    ['a second equals sign', 'a=1=2'],
    ['a control character', 'a=1\u00012'],
    ['a letter beyond ASCII', 'a=é'],
    ['one bad member among good ones', 'rojo=1,BAD=2,congo=3'],
    ['8193 characters', 'a=1,'.repeat(2049)],
  ])('drops all for %s', (_, header) => {
    expect(normalizeTraceState(header)).toBe('');
  });

  it('above 512 characters drops long members first, then the last', () => {
    const long = `long=${'v'.repeat(200)}`;
    const short = Array.from({ length: 5 }, (_, index) => `s${index}=${'v'.repeat(97)}`);
    expect(normalizeTraceState([long, ...short].join(','))).toBe(short.join(','));
    expect(normalizeTraceState([...short, 's5=1,s6=12'].join(','))).toBe([...short, 's5=1'].join(','));
  });
});

describe('the ot member', () => {
  it.each([
    ['ot=th:8', '8'],
    ['ot=th:0', '0'],
    ['ot=th:fffffffffffff8', 'fffffffffffff8'],
    ['rojo=1,ot=rv:00000000000001;th:c8', 'c8'],
    ['ot=th:8;rv:1', '8'],
    ['', undefined],
    ['rojo=1', undefined],
    ['ot=rv:00000000000001', undefined],
    ['ot=th:', undefined],
    ['ot=th:8g', undefined],
    ['ot=th:C8', undefined],
    ['ot=th:000000000000008', undefined],
    ['xot=th:8', undefined],
    ['rojo=ot=th', undefined],
    ['ot=xth:8', undefined],
  ])('of %j has the threshold %s', (traceState, threshold) => {
    expect(otThreshold(traceState)).toBe(threshold);
  });

  it.each([
    ['ot=rv:ffffffffffffff', 'ffffffffffffff'],
    ['ot=th:8;rv:0123456789abcd', '0123456789abcd'],
    ['ot=rv:0123456789abc', undefined],
    ['ot=rv:0123456789abcde', undefined],
    ['ot=rv:0123456789ABCD', undefined],
    ['', undefined],
  ])('of %j has the randomness %s', (traceState, value) => {
    expect(otRandomValue(traceState)).toBe(value);
  });

  it.each([
    ['', '8', 'ot=th:8'],
    ['', undefined, ''],
    ['rojo=1', '8', 'ot=th:8,rojo=1'],
    ['rojo=1', undefined, 'rojo=1'],
    ['rojo=1,ot=th:8', '8', 'rojo=1,ot=th:8'],
    ['rojo=1,ot=th:8,congo=2', 'c', 'ot=th:c,rojo=1,congo=2'],
    ['rojo=1,ot=th:8', undefined, 'rojo=1'],
    ['ot=th:8', undefined, ''],
    ['rojo=1,ot=rv:00000000000001;th:8;x:y', 'c', 'ot=th:c;rv:00000000000001;x:y,rojo=1'],
    ['rojo=1,ot=rv:00000000000001;th:8', undefined, 'ot=rv:00000000000001,rojo=1'],
    [members(32), '8', `ot=th:8,${members(31)}`],
  ])('of %j with threshold %s becomes %j', (traceState, threshold, expected) => {
    expect(withOtThreshold(traceState, threshold)).toBe(expected);
  });

  it.each(['', 'G', 'C', '123456789abcdef'])('refuses to write the threshold %j', (threshold) => {
    expect(() => withOtThreshold('', threshold)).toThrow(RangeError);
  });

  it.each([
    ['', 'ot=rv:0123456789abcd'],
    ['rojo=1', 'ot=rv:0123456789abcd,rojo=1'],
    ['ot=th:8', 'ot=rv:0123456789abcd;th:8'],
    ['rojo=1,ot=th:8;rv:00000000000001;x:y', 'ot=rv:0123456789abcd;th:8;x:y,rojo=1'],
    ['rojo=1,ot=rv:0123456789abcd', 'rojo=1,ot=rv:0123456789abcd'],
    [members(32), `ot=rv:0123456789abcd,${members(31)}`],
  ])('of %j with explicit randomness becomes %j', (traceState, expected) => {
    expect(withOtRandomValue(traceState, '0123456789abcd')).toBe(expected);
  });

  it.each(['', '0123456789abc', '0123456789ABCD', '0123456789abcde'])('refuses the randomness %j', (value) => {
    expect(() => withOtRandomValue('', value)).toThrow(RangeError);
  });
});
