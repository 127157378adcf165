import { spanRecord } from '@spanwise/wire/span-record';
import type { AttributeValue } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';

import { resourceOf } from '../span-store.conformance.ts';
import { TagFacets } from './tag-facets.ts';

function spanWith(...attributes: AttributeValue[]) {
  return spanRecord({ attributes, resource: resourceOf('shop', ['version', '1']) });
}

const keysOf = (tags: TagFacets): string[] => tags.told().map(({ key }) => key);

describe('TagFacets', () => {
  it('puts first what tells slow and failed traces from the others', () => {
    const tags = new TagFacets([]);
    for (let trace = 0; trace < 100; trace++) {
      const slow = trace % 20 === 0;
      const failed = trace % 20 === 10;
      const attributes = [
        'half',
        trace % 2,
        'host',
        slow ? 'n1' : 'n2',
        'zone',
        failed ? 'a' : 'b',
        'weekday',
        trace % 7,
      ];
      tags.add([spanWith(...attributes)], { bucket: slow ? 30 : 10, hasFailed: failed });
    }
    const keys = keysOf(tags);
    expect(new Set(keys.slice(0, 2))).toEqual(new Set(['host', 'zone']));
    expect(keys).toContain('weekday');
  });

  it('leaves out what all traces have the same, and what names them one by one, unless it is asked for', () => {
    const add = (tags: TagFacets, values: number): TagFacets => {
      for (let trace = 0; trace < 2 * values; trace++)
        tags.add([spanWith('id', trace % values, 'same', 'x')], { bucket: 10, hasFailed: false });
      return tags;
    };
    expect(keysOf(add(new TagFacets([]), 60))).toEqual(['id']);
    expect(keysOf(add(new TagFacets([]), 61))).toEqual([]);
    expect(keysOf(add(new TagFacets(['same', 'id', 'absent']), 61))).toEqual(['same', 'id']);
  });

  it.each([
    ['three of one trace each, and no other', ['a', 'b', 'c'], ['port']],
    ['four of one trace each', ['a', 'b', 'c', 'd'], []],
    ['four of one trace each among eight', 'abcdefghefgh'.split(''), ['port']],
    ['four of one trace each, and two that all have', `abcd${'ef'.repeat(20)}`.split(''), []],
  ])('of a key with values of which most are of one trace nothing is told: %s', (_, values, told) => {
    const tags = new TagFacets([]);
    for (const value of values) tags.add([spanWith('port', value)], { bucket: 10, hasFailed: false });
    expect(keysOf(tags)).toEqual(told);
  });

  it('counts a trace once for each value that some span of it has, and its resource', () => {
    const tags = new TagFacets(['k', 'version']);
    tags.add([spanWith('k', 'a'), spanWith('k', 'a', 'k', 'b')], { bucket: 1, hasFailed: false });
    tags.add([spanWith('k', 'b')], { bucket: 1, hasFailed: false });
    expect(tags.told().map(({ counts }) => counts.top().values)).toEqual([
      [
        { value: 'b', count: 2 },
        { value: 'a', count: 1 },
      ],
      [{ value: '1', count: 2 }],
    ]);
  });

  it('passes over values that are too long to choose among', () => {
    const tags = new TagFacets(['k']);
    tags.add([spanWith('k', 'x'.repeat(100))], { bucket: 1, hasFailed: false });
    tags.add([spanWith('k', 'x'.repeat(101))], { bucket: 1, hasFailed: false });
    expect(tags.told()[0]?.counts.top().distinct).toBe(1);
  });
});
