import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BestTraces } from './best-traces.ts';

const form = { make: (text: string) => text, bytes: (text: string) => text.length };
const place = (id: string, newestMicros: number) => ({ id, newestMicros });

describe('BestTraces', () => {
  it('keeps the newest, of equally new ones those with the smaller ids, whatever the order they come in', () => {
    const places = fc.uniqueArray(fc.record({ id: fc.string(), newestMicros: fc.nat(5) }), {
      selector: ({ id }) => id,
    });
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 5 }), (found, limit) => {
        const best = new BestTraces(form, { limit, mostBytes: Number.POSITIVE_INFINITY });
        for (const one of found) expect(best.add(one, one.id)).toBe(true);
        const inOrder = found.sort((a, b) => b.newestMicros - a.newestMicros || (a.id < b.id ? -1 : 1));
        expect(best.answers()).toEqual(inOrder.slice(0, limit).map(({ id }) => id));
        expect(best.lastMicros).toBe(inOrder[limit - 1]?.newestMicros ?? Number.NEGATIVE_INFINITY);
      }),
    );
  });

  it('makes answers only of what has a place', () => {
    const made: string[] = [];
    const noting = { ...form, make: (text: string) => (made.push(text), text) };
    const best = new BestTraces(noting, { limit: 1, mostBytes: 9 });
    for (const micros of [2, 1, 3]) best.add(place(`${micros}`, micros), `at ${micros}`);
    expect(made).toEqual(['at 2', 'at 3']);
  });

  it('takes as many bytes as it may hold and no more, counting what has to go', () => {
    const best = new BestTraces(form, { limit: 2, mostBytes: 4 });
    expect(best.add(place('a', 1), 'xx')).toBe(true);
    expect(best.add(place('b', 2), 'xxx')).toBe(false);
    expect(best.add(place('c', 2), 'yy')).toBe(true);
    expect(best.add(place('d', 3), 'zzz')).toBe(false);
    expect(best.add(place('e', 3), 'zz')).toBe(true);
    expect(best.add(place('f', 0), 'older than both')).toBe(true);
    expect(best.answers()).toEqual(['zz', 'yy']);
  });

  it('takes the first, however large', () => {
    const best = new BestTraces(form, { limit: 2, mostBytes: 1 });
    expect(best.add(place('a', 1), 'large')).toBe(true);
    expect(best.add(place('b', 1), '')).toBe(false);
    expect(best.answers()).toEqual(['large']);
  });
});
