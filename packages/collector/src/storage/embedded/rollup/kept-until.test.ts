import { expect, it } from 'vitest';

import { keptUntil } from './kept-until.ts';

it.each([
  ['not at all, when they took less than 5 ms', 4.9, 0],
  ['ten times as long as they took', 5, 1055],
  ['ten times as long as they took, up to four seconds', 400, 5400],
  ['four seconds at most', 401, 5401],
])('sums are kept %s', (_, took, until) => expect(keptUntil(1000, 1000 + took)).toBe(until));
