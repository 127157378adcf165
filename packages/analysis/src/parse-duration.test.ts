import { expect, it } from 'vitest';

import { parseDuration } from './parse-duration.ts';

it.each([
  ['250ms', 250e6],
  ['1.5 s', 1.5e9],
  ['90us', 90e3],
  ['90µs', 90e3],
  ['2 min', 120e9],
  ['1h', 3600e9],
  ['17', 17e6],
  ['.5ns', 1],
  ['0', 0],
  ['', undefined],
  ['-1ms', undefined],
  ['1.5.2s', undefined],
  ['500 NS', 500],
  ['1.0004us', 1000],
  ['1.0005us', 1001],
  ['ms', undefined],
  ['1e3', undefined],
  ['1,5s', undefined],
  ['3 weeks', undefined],
])('reads %j as nanoseconds', (text, nanos) => {
  expect(parseDuration(text)).toBe(nanos);
});
