import { expect, it } from 'vitest';

import { parseRetryAfter } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1, 12, 0, 0);

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['999999999', 999_999_999_000],
  ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
  ['Thursday, 01-Jan-26 12:00:30 GMT', 30_000],
  ['Thu Jan  1 12:00:30 2026 GMT', 30_000],
  ['Thu, 01 Jan 2026 11:59:59 GMT', 0],
])('reads %j', (header, millis) => {
  expect(parseRetryAfter(header, now)).toBe(millis);
});

it.each([undefined, '', ' ', '-5', '1.5', '1e3', '9999999999', 'soon', 'Thu, 99 Foo 2026', '2026-01-01T12:00:30Z'])(
  'knows nothing from %j',
  (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  },
);
