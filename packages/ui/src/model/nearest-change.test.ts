import { describe, expect, it } from 'vitest';
import { nearestChanges } from './nearest-change.ts';

describe('nearestChanges', () => {
  it('looks further back when nothing else narrows the query', () => {
    expect(nearestChanges({})).toEqual([{ kind: 'widen', range: '6h', params: { range: '6h' } }]);
  });

  it('has no longer range than the longest', () => {
    expect(nearestChanges({ range: '30d' })).toEqual([]);
  });

  it('tries the whole trace, then fewer conditions, then a longer range, then none', () => {
    const changes = nearestChanges({ service: 'shop', q: 'a=b error duration>=5ms' });
    expect(changes.map(({ kind }) => kind)).toEqual(['match-trace', 'drop', 'drop', 'drop', 'widen', 'clear']);
    expect(changes[1]).toEqual({
      kind: 'drop',
      condition: 'a=b',
      params: { q: 'service=shop error duration>=5ms' },
    });
  });

  it('drops the operation with its service, and only itself without', () => {
    const [, operation, service] = nearestChanges({ q: 'service=shop operation="GET /"' });
    expect(operation).toMatchObject({ condition: 'operation="GET /"', params: { q: 'service=shop' } });
    expect(service).toMatchObject({ condition: 'service=shop', params: { q: 'operation="GET /"' } });
  });

  it('lets go first of what is chosen in the map', () => {
    const brush = '2026-01-01T00:00:00.000Z,2026-01-01T01:00:00.000Z,0ns,1000ns';
    expect(nearestChanges({ q: 'error', brush })[0]).toEqual({ kind: 'unbrush', params: { q: 'error' } });
  });

  it('leaves an absolute range for one that ends now', () => {
    const widen = nearestChanges({ from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' })[0];
    expect(widen).toEqual({ kind: 'widen', range: '24h', params: { range: '24h' } });
  });
});
