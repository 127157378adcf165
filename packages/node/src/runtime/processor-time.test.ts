import { expect, test } from 'vitest';

import { ProcessorTime } from './processor-time.ts';

/** Until the process has used that much. */
function use(millis: number): void {
  const before = process.cpuUsage();
  let used = 0;
  while (used < millis * 1000) {
    const { user, system } = process.cpuUsage(before);
    used = user + system;
  }
}

test('one reading serves all that ask within a quarter of a millisecond', () => {
  const processor = new ProcessorTime();
  const first = processor.usedMillis(1000);
  use(5);
  expect(processor.usedMillis(1000.249)).toBe(first);
  expect(processor.usedMillis(1000.25)).toBeGreaterThanOrEqual(first + 5);
});

test('the first reading is what the process has used', () => {
  const { user, system } = process.cpuUsage();
  expect(new ProcessorTime().usedMillis(0)).toBeGreaterThanOrEqual((user + system) / 1000);
});
