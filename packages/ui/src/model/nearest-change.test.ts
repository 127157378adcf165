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
    const changes = nearestChanges({ service: 'shop', tag: ['a=b', 'error'], min: '5ms' });
    expect(changes.map(({ kind }) => kind)).toEqual(['match-trace', 'drop', 'drop', 'drop', 'widen', 'clear']);
    expect(changes[1]).toEqual({
      kind: 'drop',
      condition: 'a=b',
      params: { service: 'shop', tag: ['error'], min: '5ms' },
    });
  });

  it('takes tags apart that were written as one', () => {
    const [split] = nearestChanges({ tag: ['x', 'http.status_code=500 user.name="Ann Lee"'] });
    const tags = ['http.status_code=500', 'user.name=Ann Lee'];
    expect(split).toEqual({ kind: 'split', tags, params: { tag: ['x', ...tags] } });
  });

  it.each(['a=b', 'a=b c', 'db.statement=SELECT 1', 'a b=c d=e', 'key'])(
    'leaves %j, which may be one, together',
    (tag) => {
      expect(nearestChanges({ tag: [tag] }).map(({ kind }) => kind)).not.toContain('split');
    },
  );

  it('drops the operation with its service, and only itself without', () => {
    const [, operation, service] = nearestChanges({ service: 'shop', operation: 'GET /' });
    expect(operation).toMatchObject({ condition: 'GET /', params: { service: 'shop' } });
    expect(service).toMatchObject({ condition: 'shop', params: {} });
  });

  it('leaves an absolute range for one that ends now', () => {
    const widen = nearestChanges({ from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' })[0];
    expect(widen).toEqual({ kind: 'widen', range: '24h', params: { range: '24h' } });
  });
});
