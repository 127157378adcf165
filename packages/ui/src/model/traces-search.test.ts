import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';
import { parseTracesParams } from './traces-params.ts';
import { asksForSpans, parseTag, toQueryString, toTraceSearch } from './traces-search.ts';

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
    });
    expect(parseTracesParams(parseAddress(formatAddress({ ...params })))).toEqual(params);
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
  ])('drops %s=%s', (key, value) => {
    expect(parseTracesParams({ [key]: value })).toEqual({});
  });

  it('takes the last limit it accepts and refuses the next', () => {
    expect(parseTracesParams({ limit: '1000' }).limit).toBe(1000);
    expect(parseTracesParams({ limit: '1001' }).limit).toBeUndefined();
  });
});

describe('toTraceSearch', () => {
  it('looks back an hour when the address says nothing', () => {
    const search = toTraceSearch({}, now);
    expect(search.startMicros).toBe((now - 3_600_000) * 1000);
    expect(search.endMicros).toBeGreaterThan(now * 1000);
    expect(search).toMatchObject({ limit: 50, match: 'span', tags: [] });
  });

  it('takes an absolute range in either order', () => {
    const search = toTraceSearch({ from: '2026-11-22T11:00:00Z', to: '2026-11-22T12:00:00+02:00' }, now);
    expect(search.endMicros - search.startMicros).toBe(3600e6);
  });

  it('sends each tag by itself', () => {
    const search = toTraceSearch({ tag: ['error', 'sql=a=b'] }, now);
    expect(new URLSearchParams(toQueryString(search)).getAll('tag')).toEqual(['error', 'sql=a=b']);
  });

  it('leaves out a duration that it cannot read', () => {
    expect(toTraceSearch({ min: 'soon', max: '5ms' }, now)).toMatchObject({
      minDurationMicros: undefined,
      maxDurationMicros: 5000,
    });
  });
});

describe('the durations that the collector is asked for', () => {
  const sent = (params: { min?: string; max?: string }): Record<string, string> => {
    const query = new URLSearchParams(toQueryString(toTraceSearch(params, now)));
    return Object.fromEntries([...query].filter(([key]) => key.endsWith('DurationMicros')));
  };

  it.each(['0', '1.001ms', '8.3s', '0.5us', '1999ns', '4.35s', '1.1h', '99999999h', '9999999999999999999999h'])(
    'are whole microseconds below 2^53 for %s',
    (text) => {
      for (const micros of Object.values(sent({ min: text, max: text }))) {
        expect(micros).toMatch(/^\d+$/);
        expect(Number.isSafeInteger(Number(micros))).toBe(true);
      }
      expect(Object.keys(sent({ min: text, max: text }))).toHaveLength(2);
    },
  );

  it('are what was typed', () => {
    expect(sent({ min: '1.001ms', max: '8.3s' })).toEqual({ minDurationMicros: '1001', maxDurationMicros: '8300000' });
  });

  it('let no span through that is shorter or longer than what was typed', () => {
    expect(sent({ min: '1999ns', max: '2999ns' })).toEqual({ minDurationMicros: '2', maxDurationMicros: '2' });
    expect(sent({ min: '2us', max: '2us' })).toEqual({ minDurationMicros: '2', maxDurationMicros: '2' });
    expect(sent({ min: '2001ns' })).toEqual({ minDurationMicros: '3' });
  });
});

describe('parseTag', () => {
  it('splits at the first equals sign', () => {
    expect(parseTag(' a.b = c=d ')).toEqual({ key: 'a.b', value: 'c=d' });
    expect(parseTag('error')).toEqual({ key: 'error' });
    expect(parseTag('a=')).toEqual({ key: 'a', value: '' });
    expect(parseTag('=x')).toBeUndefined();
  });
});

describe('asksForSpans', () => {
  it('is true for what a span has, not for its service and time', () => {
    expect(asksForSpans({ service: 'shop', range: '6h', limit: 20 })).toBe(false);
    for (const params of [{ operation: 'GET /' }, { tag: ['error'] }, { min: '5ms' }, { max: '1s' }])
      expect(asksForSpans(params)).toBe(true);
  });
});
