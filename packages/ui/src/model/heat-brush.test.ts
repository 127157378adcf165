import { heatMapBucketNanos } from '@spanwise/wire/query';
import { expect, it } from 'vitest';
import { parseBrush } from './heat-brush.ts';
import { formatBrush } from './heat-map.ts';

it('stands in the address to the microsecond', () => {
  const brush = {
    startMicros: 1_700_000_000_000_999,
    endMicros: 1_700_000_060_000_001,
    minNanos: 0,
    maxNanos: 1414,
  };
  const text = formatBrush(brush);
  expect(text).toBe('2023-11-14T22:13:20.000999Z,2023-11-14T22:14:20.000001Z,0ns,1414ns');
  expect(parseBrush(text)).toEqual(brush);
});

it('stands there without digits that say nothing', () => {
  const minute = { startMicros: 1_700_000_000_000_000, endMicros: 1_700_000_060_000_000, minNanos: 0, maxNanos: 1414 };
  expect(formatBrush(minute)).toBe('2023-11-14T22:13:20.000Z,2023-11-14T22:14:20.000Z,0ns,1414ns');
});

it('holds every bucket that a trace can be in, those of wrong clocks included', () => {
  for (let bucket = 0; bucket <= 110; bucket++) {
    const [minNanos, maxNanos] = [heatMapBucketNanos(bucket), heatMapBucketNanos(bucket + 1)];
    const brush = { startMicros: 0, endMicros: 1, minNanos, maxNanos };
    expect(parseBrush(formatBrush(brush))).toEqual(brush);
  }
});

it.each([
  '',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,0ns',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,0ns,5ns,6ns',
  '2023-11-14T22:14:20Z,2023-11-14T22:13:20Z,0ns,5ns',
  '2023-11-14T22:13:20Z,2023-11-14T22:13:20Z,4ns,5ns',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,5ns,5ns',
  '2023-11-14T22:13:20Z,2023-11-14T22:14:20Z,0ms,5ms',
  'yesterday,2023-11-14T22:14:20Z,0ns,5ns',
])('is nothing else: %j', (text) => {
  expect(parseBrush(text)).toBeUndefined();
});

it('takes the shortest stretch of both', () => {
  expect(parseBrush('2023-11-14T22:13:20Z,2023-11-14T22:13:20.000001Z,4ns,5ns')).toEqual({
    startMicros: 1_700_000_000_000_000,
    endMicros: 1_700_000_000_000_001,
    minNanos: 4,
    maxNanos: 5,
  });
});
