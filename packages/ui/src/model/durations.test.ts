import { describe, expect, it } from 'vitest';
import { formatDuration, formatMicros } from './durations.ts';

const plain = (nanos: number): string => formatDuration(nanos).replaceAll('\u202f', ' ');

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [1, '1 ns'],
    [999, '999 ns'],
    [1000, '1.00 µs'],
    [9_994, '9.99 µs'],
    [9_995, '10.0 µs'],
    [12_345, '12.3 µs'],
    [999_400, '999 µs'],
    [999_600, '1.00 ms'],
    [123_456_789, '123 ms'],
    [1_500_000_000, '1.50 s'],
    [59_940_000_000, '59.9 s'],
    [59_960_000_000, '1 min'],
    [125_000_000_000, '2 min 5 s'],
    [3_600_000_000_000, '1 h'],
    [90_061_000_000_000, '1 d 1 h'],
    [-1_500_000, '−1.50 ms'],
  ])('writes %d ns as %s', (nanos, text) => {
    expect(plain(nanos)).toBe(text);
  });

  it('never shows four digits before the unit changes', () => {
    for (let nanos = 1; nanos < 6e10; nanos = Math.ceil(nanos * 1.07)) {
      expect(Number.parseFloat(formatDuration(nanos))).toBeLessThan(1000);
    }
  });

  it('counts microseconds as a thousand nanoseconds', () => {
    expect(formatMicros(1500)).toBe(formatDuration(1_500_000));
  });
});
