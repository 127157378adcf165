import { describe, expect, it } from 'vitest';

import { RefusedRequest } from '../../http/refused-request.ts';
import { parseEdges, parseSearch, parseStatistics } from './parse-query.ts';
import type { RawQuery } from './parameters.ts';

const nowMicros = 1_700_000_000_000_000;
const search = (query: RawQuery) => parseSearch(query, nowMicros);

function refusal(query: RawQuery): Pick<RefusedRequest, 'code' | 'message' | 'hint'> {
  try {
    search(query);
  } catch (error) {
    if (error instanceof RefusedRequest) return error;
  }
  throw new Error('not refused');
}

describe('search parameters', () => {
  it('default to the last day, twenty traces, one span', () => {
    expect(search({})).toMatchObject({
      startMicros: nowMicros - 86_400_000_000,
      endMicros: nowMicros,
      limit: 20,
      match: 'span',
    });
  });

  it('are read as given', () => {
    const query = { service: 'Shop', operation: 'GET /', minDurationMicros: '0', maxDurationMicros: '0' };
    expect(search({ ...query, startMicros: '7', endMicros: '7', match: 'trace' })).toMatchObject({
      service: 'Shop',
      operation: 'GET /',
      minDurationMicros: 0,
      maxDurationMicros: 0,
      startMicros: 7,
      endMicros: 7,
      match: 'trace',
    });
  });

  it.each([
    ['a=b', [{ key: 'a', value: 'b' }]],
    ['a=b=c', [{ key: 'a', value: 'b=c' }]],
    ['a=', [{ key: 'a', value: '' }]],
    ['a', [{ key: 'a' }]],
    [
      ['a=1', 'a=2'],
      [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    ],
  ])('tag %j', (tag, tags) => expect(search({ tag }).tags).toEqual(tags));

  it.each(['1', '1000'])('take limit %s', (limit) => expect(search({ limit }).limit).toBe(Number(limit)));

  it.each(['0', '1001', '-1', '1.5', 'ten', '', '99999999999'])('refuse limit %j', (limit) =>
    expect(refusal({ limit })).toMatchObject({ code: 'invalid-parameter', hint: 'give a number from 1 to 1000' }),
  );

  it.each([
    [{ startMicros: '-1' }, 'startMicros'],
    [{ endMicros: '1.5' }, 'endMicros'],
    [{ endMicros: '9007199254740992' }, 'endMicros'],
    [{ minDurationMicros: '1ms' }, 'minDurationMicros'],
    [{ match: 'spans' }, 'match'],
    [{ service: '' }, 'service'],
    [{ tag: '=x' }, 'tag'],
    [{ tag: ['a', ''] }, 'tag'],
    [{ service: ['a', 'b'] }, 'service is given 2 times'],
    [{ serviceName: 'a' }, 'there is no parameter "serviceName"'],
  ])('refuse %j and name it', (query, words) => {
    const refused = refusal(query);
    expect(refused.code).toBe('invalid-parameter');
    expect(refused.message).toContain(words);
    expect(refused.hint).toBeTruthy();
  });

  it('take times up to 2^53', () => {
    expect(search({ startMicros: '0', endMicros: '9007199254740991' }).endMicros).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('take a hundred tags and no more', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);
    expect(search({ tag: tags(100) }).tags).toHaveLength(100);
    expect(refusal({ tag: tags(101) }).hint).toBe('give at most 100 tags');
  });

  it('refuse ranges that are the wrong way round', () => {
    expect(refusal({ startMicros: '8', endMicros: '7' }).message).toBe('endMicros 7 is before startMicros 8');
    expect(refusal({ minDurationMicros: '2', maxDurationMicros: '1' }).message).toContain('is less than');
  });
});

describe('parameters of sums', () => {
  const statistics = (query: RawQuery) => parseStatistics(query, nowMicros);

  it('default to the last hour in sixty steps', () => {
    expect(statistics({})).toEqual({ startMicros: nowMicros - 3_600_000_000, endMicros: nowMicros, steps: 60 });
    expect(parseEdges({ endMicros: '5' }, nowMicros)).toEqual({ startMicros: 0, endMicros: 5 });
  });

  it('are read as given', () => {
    const query = { service: 'Shop', operation: 'GET /', startMicros: '7', endMicros: '7', steps: '1000' };
    expect(statistics(query)).toEqual({
      service: 'Shop',
      operation: 'GET /',
      startMicros: 7,
      endMicros: 7,
      steps: 1000,
    });
    const lines = { by: 'service', kinds: 'sides', exemplars: 'steps' };
    expect(statistics(lines)).toMatchObject(lines);
  });

  it.each([
    [{ steps: '0' }, 'steps does not take "0"'],
    [{ steps: '1001' }, 'steps does not take "1001"'],
    [{ by: 'kind' }, 'by does not take "kind"'],
    [{ kinds: 'server' }, 'kinds does not take "server"'],
    [{ exemplars: 'true' }, 'exemplars does not take "true"'],
    [{ service: '' }, 'service'],
    [{ startMicros: '8', endMicros: '7' }, 'endMicros 7 is before startMicros 8'],
    [{ limit: '7' }, 'there is no parameter "limit"'],
  ])('refuse %j and name it', (query, words) => expect(() => statistics(query)).toThrow(words));

  it('of edges are the range alone', () => {
    expect(() => parseEdges({ service: 'a' }, nowMicros)).toThrow('there is no parameter "service"');
    expect(() => parseEdges({ startMicros: '8', endMicros: '7' }, nowMicros)).toThrow('is before');
  });
});
