import { describe, expect, it } from 'vitest';
import { nearestChanges } from './nearest-change.ts';

describe('nearestChanges', () => {
  it('looks further back when nothing else narrows the query', () => {
    expect(nearestChanges({})).toEqual([
      { kind: 'widen', range: '6h', params: { range: '6h' } },
      { kind: 'widen', range: '30d', params: { range: '30d' } },
    ]);
  });

  it('has no longer range than the longest', () => {
    expect(nearestChanges({ range: '30d' })).toEqual([]);
  });

  it('tries the whole trace, then fewer conditions, then a longer range, then none', () => {
    const changes = nearestChanges({ service: 'shop', q: 'a=b error=true duration>=5ms' });
    expect(changes.map(({ kind }) => kind)).toEqual(['match-trace', 'drop', 'drop', 'drop', 'widen', 'widen', 'clear']);
    expect(changes[1]).toEqual({
      kind: 'drop',
      condition: 'a=b',
      params: { q: 'service=shop error=true duration>=5ms' },
    });
  });

  it('drops the operation with its service, and only itself without', () => {
    const [, operation, service] = nearestChanges({ q: 'service=shop operation="GET /"' });
    expect(operation).toMatchObject({ condition: 'operation="GET /"', params: { q: 'service=shop' } });
    expect(service).toMatchObject({ condition: 'service=shop', params: { q: 'operation="GET /"' } });
  });

  it.each([
    ['service:hist', 'service=hist'],
    ['Service=hist', 'service=hist'],
    ['service.name!=hist', 'service!=hist'],
    ['http.status_code:500', 'http.status_code=500'],
    ['GET /even', 'operation="GET /even"'],
    ['hist', 'operation=hist'],
  ])('writes %s as it is written here', (typed, written) => {
    expect(nearestChanges({ q: typed })[0]).toEqual({ kind: 'rewrite', condition: written, params: { q: written } });
  });

  it('takes a word for a service too, and the limit for the limit', () => {
    expect(nearestChanges({ q: 'hist' })[1]).toMatchObject({ kind: 'rewrite', params: { q: 'service=hist' } });
    expect(nearestChanges({ q: 'service=hist limit=5' })[0]).toMatchObject({ params: { q: 'service=hist', limit: 5 } });
  });

  it('leaves what is written as it is written here', () => {
    const kinds = nearestChanges({ q: 'service=hist a.b=c' }).map(({ kind }) => kind);
    expect(kinds).not.toContain('rewrite');
  });

  it('lets go first of what is chosen in the map', () => {
    const brush = '2026-01-01T00:00:00.000Z,2026-01-01T01:00:00.000Z,0ns,1000ns';
    expect(nearestChanges({ q: 'error=true', brush })[0]).toEqual({ kind: 'unbrush', params: { q: 'error=true' } });
  });

  it('leaves an absolute range for one that ends now', () => {
    const widen = nearestChanges({ from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' })[0];
    expect(widen).toEqual({ kind: 'widen', range: '24h', params: { range: '24h' } });
  });
});
