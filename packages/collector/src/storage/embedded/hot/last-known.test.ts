import { expect, it } from 'vitest';

import { LastKnown } from './last-known.ts';

it('learns an object once, and forgets when there are too many', () => {
  const learned: object[] = [];
  const known = new LastKnown<{ n: number }, number>((key) => {
    learned.push(key);
    return key.n;
  });
  const keys = Array.from({ length: 1025 }, (_, n) => ({ n }));
  for (const key of keys.slice(0, 1024)) expect([known.get(key), known.get(key)]).toEqual([key.n, key.n]);
  for (const key of keys.slice(0, 1024)) known.get(key);
  expect(learned).toHaveLength(1024);
  known.get(keys[1024]!);
  expect(known.get(keys[0]!)).toBe(0);
  expect(learned).toHaveLength(1026);
});
