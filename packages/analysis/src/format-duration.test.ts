import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration } from './format-duration.ts';

test.each([
  [0, '0 ns'],
  [1, '1 ns'],
  [999, '999 ns'],
  [1_000, '1.00 µs'],
  [1_234, '1.23 µs'],
  [9_994, '9.99 µs'],
  [9_996, '10.0 µs'],
  [99_940, '99.9 µs'],
  [99_960, '100 µs'],
  [999_499, '999 µs'],
  [999_500, '1.00 ms'],
  [45_000_000, '45.0 ms'],
  [999_600_000, '1.00 s'],
  [59_940_000_000, '59.9 s'],
  [59_950_000_000, '1 min 0 s'],
  [125_400_000_000, '2 min 5 s'],
  [3_599_400_000_000, '59 min 59 s'],
  [3_599_500_000_000, '1 h 0 min'],
  [10_800_000_000_000, '3 h 0 min'],
  [86_399e9, '1 d 0 h'],
  [4.3 * 86_400e9, '4 d 7 h'],
  [-1_500_000, '-1.50 ms'],
])('%d ns is %s', (nanos, text) => {
  expect(formatDuration(nanos)).toBe(text);
});

test('below a minute there are three significant digits from a microsecond on, and the value is right to half a percent', () => {
  const unitNanos: Record<string, number> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 59_949_999_999 }), (nanos) => {
      const [value, unit] = formatDuration(nanos).split(' ') as [string, string];
      expect(value.replace('.', '')).toHaveLength(3);
      expect(Math.abs((Number(value) * unitNanos[unit]!) / nanos - 1)).toBeLessThanOrEqual(0.00501);
    }),
  );
});
