import { expect, it } from 'vitest';
import { formatBrush, parseBrush } from './heat-brush.ts';

it('stands in the address to the millisecond, rounded outwards', () => {
  const text = formatBrush({
    startMicros: 1_700_000_000_000_999,
    endMicros: 1_700_000_060_000_001,
    minNanos: 0,
    maxNanos: 1414,
  });
  expect(text).toBe('2023-11-14T22:13:20.000Z,2023-11-14T22:14:20.001Z,0ns,1414ns');
  expect(parseBrush(text)).toEqual({
    startMicros: 1_700_000_000_000_000,
    endMicros: 1_700_000_060_001_000,
    minNanos: 0,
    maxNanos: 1414,
  });
});

it.each([
  '',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,0ns',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,0ns,5ns,6ns',
  '2023-11-14T22:14:20Z,2023-11-14T22:13:20Z,0ns,5ns',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,5ns,5ns',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,0ms,5ms',
  'yesterday,2023-11-14T22:14:20Z,0ns,5ns',
])('is nothing else: %j', (text) => {
  expect(parseBrush(text)).toBeUndefined();
});

it('takes an instant and the shortest stretch', () => {
  expect(parseBrush('2023-11-14T22:13:20Z,2023-11-14T22:13:20Z,4ns,5ns')).toMatchObject({ minNanos: 4, maxNanos: 5 });
});
