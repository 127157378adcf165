import { describe, expect, it } from 'vitest';

import { parseAnnotationQuery } from './parse-annotation-query.ts';
import { parseZipkinSearch } from './parse-search.ts';
import type { ZipkinQuery } from './parse-search.ts';

const nowMillis = 1_700_000_000_000;
const search = (query: ZipkinQuery) => parseZipkinSearch(query, nowMillis);

describe("Zipkin's search parameters", () => {
  it('default to the last day and ten traces that begin in it, matched per trace and without regard to case', () => {
    expect(search({})).toMatchObject({
      startMicros: (nowMillis - 86_400_000) * 1000,
      endMicros: nowMillis * 1000,
      limit: 10,
      match: 'trace',
      ignoreCase: true,
      traceBeginsInRange: true,
      service: undefined,
      operation: undefined,
      tags: [],
    });
  });

  it('are lower-cased names, milliseconds for the range and microseconds for durations', () => {
    const query = { serviceName: 'Shop', remoteServiceName: 'DB', spanName: 'Get', endTs: '5000', lookback: '2000' };
    expect(search({ ...query, minDuration: '1', maxDuration: '1', limit: '1' })).toMatchObject({
      service: 'shop',
      remoteService: 'db',
      operation: 'get',
      startMicros: 3_000_000,
      endMicros: 5_000_000,
      minDurationMicros: 1,
      maxDurationMicros: 1,
      limit: 1,
    });
  });

  it.each(['all', 'ALL', '', ' '])('take span name %j for no filter', (spanName) =>
    expect(search({ spanName }).operation).toBeUndefined(),
  );

  it('take a service that is called all for one', () => expect(search({ serviceName: 'all' }).service).toBe('all'));

  it('reach back to the epoch at most', () => expect(search({ endTs: '5', lookback: '10' }).startMicros).toBe(0));

  it('ask for as many traces as one search gives', () => expect(search({ limit: '5000' }).limit).toBe(1000));

  it.each([
    [{ endTs: '0' }, 'endTs <= 0'],
    [{ lookback: '0' }, 'lookback <= 0'],
    [{ limit: '-1' }, 'limit <= 0'],
    [{ limit: '0' }, 'limit <= 0'],
    [{ minDuration: '0' }, 'minDuration <= 0'],
    [{ minDuration: '2', maxDuration: '1' }, 'maxDuration < minDuration'],
    [{ maxDuration: '1' }, 'maxDuration is only valid with minDuration'],
    [{ limit: 'ten' }, 'limit is not a whole number: ten'],
    [{ endTs: '1.5' }, 'endTs is not a whole number'],
    [{ endTs: '99999999999999999' }, 'endTs is not a whole number'],
  ])('refuse %j: %s', (query, message) => expect(() => search(query)).toThrow(message));
});

describe('an annotation query', () => {
  it.each([
    ['', []],
    ['error', [{ key: 'error', value: undefined }]],
    ['http.method=GET', [{ key: 'http.method', value: 'GET' }]],
    [
      'http.method=GET and error',
      [
        { key: 'http.method', value: 'GET' },
        { key: 'error', value: undefined },
      ],
    ],
    [
      'a= and b',
      [
        { key: 'a', value: undefined },
        { key: 'b', value: undefined },
      ],
    ],
    ['sql=a=b', [{ key: 'sql', value: 'a=b' }]],
    ['k=1 and k=2', [{ key: 'k', value: '2' }]],
    ['k=1 and k', [{ key: 'k', value: '1' }]],
    ['k and k=1', [{ key: 'k', value: '1' }]],
    ['k=1 and k=', [{ key: 'k', value: undefined }]],
    ['k= and k=1', [{ key: 'k', value: '1' }]],
    ['k=1 and k= and k', [{ key: 'k', value: undefined }]],
    ['k= =', [{ key: 'k', value: '=' }]],
    [
      'sand and band',
      [
        { key: 'sand', value: undefined },
        { key: 'band', value: undefined },
      ],
    ],
  ])('%j is %j', (text, terms) => expect(parseAnnotationQuery(text)).toEqual(terms));

  it('has a hundred terms at most', () => {
    const terms = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`).join(' and ');
    expect(parseAnnotationQuery(terms(100))).toHaveLength(100);
    expect(() => parseAnnotationQuery(terms(101))).toThrow('101 terms');
  });
});
