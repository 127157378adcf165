import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';
import { tagCondition, tagQuery, tagWords } from './tag-search.ts';
import { parseTracesParams } from './traces-params.ts';
import { toTraceSearch } from './traces-search.ts';

describe('a tag that is searched for', () => {
  it.each([
    ['db.statement', 'SELECT 1;\n'],
    ['db.statement', '  indented "and quoted" \\n\t'],
    ['a=b', '1'],
    ['a b', ''],
    ['service', 'not the field'],
    ['bytes', Uint8Array.of(0, 255)],
    ['nothing', null],
  ])('is the same once it went through the address: %j = %j', (key, value) => {
    const address = formatAddress({ q: tagQuery(' shop', key, value) });
    const { conditions } = toTraceSearch(parseTracesParams(parseAddress(address)), 0);
    expect(conditions).toEqual([{ field: 'service', operator: '=', value: ' shop' }, tagCondition(key, value)]);
  });

  it('is searched for as what a search compares, and an empty value by its key', () => {
    expect(tagQuery('', 'key', Uint8Array.of(0, 255))).toBe('key=AP8=');
    expect(tagQuery('', 'key', '')).toBe('key=""');
    expect(tagQuery('', 'key', null)).toBe('key');
  });

  it('is found in its trace by words, where there are any for it', () => {
    expect(tagWords('key', 'value')).toBe('key=value');
    expect(tagWords('key', null)).toBe('key');
    expect(tagWords('key', 'two words')).toBeUndefined();
    expect(tagWords('a=b', '1')).toBeUndefined();
  });
});
