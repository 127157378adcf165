import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';
import { parseTracesParams } from './traces-params.ts';
import {
  asksForSpans,
  namesService,
  queryText,
  toOverviewQuery,
  toQueryString,
  toTraceSearch,
  withConditions,
  withQueryText,
} from './traces-search.ts';

const now = Date.UTC(2026, 10, 22, 12);

describe('the address of the traces view', () => {
  it('survives a round trip through the address bar', () => {
    const params = parseTracesParams({
      service: 'checkout',
      operation: 'GET /cart & more',
      tag: ['http.status_code=500', 'db.statement=a=b', 'error'],
      min: '10ms',
      max: '2 s',
      range: '6h',
      limit: '100',
      match: 'trace',
      q: 'service!=a "x y">=5',
      brush: '2026-11-22T10:00:00.000Z,2026-11-22T10:05:00.000Z,0ns,2048000ns',
      live: '1',
    });
    expect(params).toMatchObject({ live: '1', q: 'service!=a "x y">=5' });
    expect(parseTracesParams(parseAddress(formatAddress({ ...params })))).toEqual(params);
  });

  it('keeps spaces and new lines of what must be equal to something', () => {
    const params = parseTracesParams({
      service: 'shop ',
      operation: 'SELECT 1\n',
      tag: ['sql=SELECT 1\n'],
      min: ' 1ms ',
    });
    expect(params).toEqual({ service: 'shop ', operation: 'SELECT 1\n', tag: ['sql=SELECT 1\n'], min: '1ms' });
    expect(toTraceSearch(params, now).conditions).toMatchObject([
      { field: 'service', value: 'shop ' },
      { field: 'operation', value: 'SELECT 1\n' },
      { field: 'tag', key: 'sql', value: 'SELECT 1\n' },
      { field: 'duration', value: '1ms' },
    ]);
  });

  it('holds the order of what was found, but newest first, and no other', () => {
    const params = parseTracesParams({ order: 'longest' });
    expect(params).toEqual({ order: 'longest' });
    expect(parseTracesParams(parseAddress(formatAddress({ ...params })))).toEqual(params);
    expect(parseTracesParams({ order: 'newest' })).toEqual({});
    expect(parseTracesParams({ order: 'toString' })).toEqual({});
  });

  it('leaves defaults out', () => {
    expect(parseTracesParams({ range: '1h', limit: '50', match: 'span', service: '', tag: [] })).toEqual({});
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'many'],
    ['limit', 'NaN'],
    ['limit', ''],
    ['range', '3 fortnights'],
    ['range', 'toString'],
    ['from', '2026-11-22T10:00:00Z'],
    ['tag', '=5'],
    ['match', 'both'],
    ['live', 'yes'],
    ['brush', '2026-11-22T10:00:00Z,2026-11-22T10:05:00Z,5ns,5ns'],
  ])('drops %s=%s', (key, value) => {
    expect(parseTracesParams({ [key]: value })).toEqual({});
  });

  it('takes the last limit it accepts and refuses the next', () => {
    expect(parseTracesParams({ limit: '1000' }).limit).toBe(1000);
    expect(parseTracesParams({ limit: '1001' }).limit).toBeUndefined();
  });
});

describe('the query line', () => {
  it('has what links name before what was typed', () => {
    const params = {
      service: 'my shop',
      operation: 'GET /',
      tag: ['error', 'sql=a=b', 'empty='],
      min: '5ms',
      max: '1s',
    };
    expect(queryText({ ...params, q: '!x' })).toBe(
      'service="my shop" operation="GET /" error sql=a=b empty="" duration>=5ms duration<=1s !x',
    );
  });

  it('takes the place of what links name, and leaves the rest of the view', () => {
    expect(withQueryText({ service: 'a', tag: ['b'], min: '1ms', range: '6h', live: '1' }, ' c=d ')).toEqual({
      q: 'c=d',
      range: '6h',
      live: '1',
    });
    expect(withQueryText({ q: 'a', limit: 20 }, ' ')).toEqual({ limit: 20 });
    expect(withConditions({ service: 'a' }, [{ field: 'tag', key: 'k v', operator: 'has' }])).toEqual({ q: '"k v"' });
  });
});

describe('toTraceSearch', () => {
  const sent = (params: Parameters<typeof toTraceSearch>[0]): URLSearchParams =>
    new URLSearchParams(toQueryString(toTraceSearch(params, now)));

  it('looks back an hour when the address says nothing', () => {
    const search = toTraceSearch({}, now);
    expect(search.startMicros).toBe((now - 3_600_000) * 1000);
    expect(search.endMicros).toBeGreaterThan(now * 1000);
    expect(search).toMatchObject({ limit: 50, match: 'span', conditions: [] });
    expect([...sent({})].map(([key]) => key)).toEqual(['startMicros', 'endMicros', 'match', 'limit']);
  });

  it('takes an absolute range in either order', () => {
    const search = toTraceSearch({ from: '2026-11-22T11:00:00Z', to: '2026-11-22T12:00:00+02:00' }, now);
    expect(search.endMicros - search.startMicros).toBe(3600e6);
  });

  it('sends all conditions as one query', () => {
    expect(sent({ tag: ['error', 'sql=a=b'], q: 'duration>1s' }).get('q')).toBe('error sql=a=b duration>1s');
  });

  it('narrows to what is chosen in the map, both durations and times', () => {
    const brush = '2026-11-22T10:00:00.000Z,2026-11-22T10:05:00.000Z,1000ns,2048000ns';
    const query = sent({ q: 'error', brush });
    expect(query.get('q')).toBe('error trace.duration>=1000ns trace.duration<2048000ns');
    expect(query.get('startMicros')).toBe(String(Date.UTC(2026, 10, 22, 10) * 1000));
    // The API's end is included, that of the map is not.
    expect(query.get('endMicros')).toBe(String(Date.UTC(2026, 10, 22, 10, 5) * 1000 - 1));
    expect(sent({ brush: brush.replace(',1000ns', ',0ns') }).get('q')).toBe('trace.duration<2048000ns');
  });

  it('asks an overview for the tags that the query chose', () => {
    const overview = toOverviewQuery({ q: 'a=1 b!=2 c a=3 service=d', limit: 20 }, 24, now);
    const query = new URLSearchParams(toQueryString(overview));
    expect(query.getAll('facet')).toEqual(['a']);
    expect([query.get('columns'), query.get('limit')]).toEqual(['24', null]);
  });
});

describe('asksForSpans', () => {
  it('is true for what a span has, not for its service, its trace and time', () => {
    expect(asksForSpans({ service: 'shop', q: 'trace.duration>1s !trace.error', range: '6h', limit: 20 })).toBe(false);
    for (const q of ['operation="GET /"', 'error', 'duration>5ms', 'kind=server'])
      expect(asksForSpans({ q })).toBe(true);
  });
});

describe('namesService', () => {
  it('is so where one service is asked for, and not where one is left out', () => {
    expect(namesService({ q: 'service=hist slow=yes' })).toBe(true);
    expect(namesService({ service: 'hist' })).toBe(true);
    expect(namesService({ q: 'service!=hist' })).toBe(false);
    expect(namesService({ q: 'slow=yes' })).toBe(false);
  });
});

describe('the axis of the heat map', () => {
  it('ends now where the range ends now, and where the range ends otherwise', () => {
    const { startMicros, endMicros } = toOverviewQuery({}, 60, now);
    expect([startMicros, endMicros]).toEqual([now * 1000 - 3_600_000_000, now * 1000]);
    expect(toTraceSearch({}, now).endMicros).toBeGreaterThan(now * 1000);
    const fixed = { from: '2026-11-22T10:00:00Z', to: '2026-11-22T13:00:00Z' };
    expect(toOverviewQuery(fixed, 60, now).endMicros).toBe(now * 1000 + 3_600_000_000);
  });
});
