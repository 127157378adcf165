import assert from 'node:assert/strict';
import { test } from 'node:test';

import { median, ratioOfMedians } from './statistics.mjs';

test('the median is the middle value, by number and not by text', () => {
  assert.equal(median([100, 9, 20]), 20);
});

test('of an even number of values the median is the mean of the two in the middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test('the median leaves its values as they were', () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});

test('one round has an interval of no width', () => {
  assert.deepEqual(ratioOfMedians([10], [40]), { measured: 0.25, ci95: [0.25, 0.25] });
});

test('the interval holds the ratio, and is the same for the same measurements', () => {
  const ours = [10, 12, 11, 13, 10, 9, 14, 11, 12, 10, 11];
  const peer = [20, 22, 25, 24, 21, 19, 30, 22, 21, 20, 23];
  const { measured, ci95 } = ratioOfMedians(ours, peer);
  assert.equal(measured, 0.5);
  assert.ok(ci95[0] <= measured && measured <= ci95[1], `${measured} is not in ${ci95.join()}`);
  assert.deepEqual(ratioOfMedians(ours, peer).ci95, ci95);
});

test('values that scatter more make the interval wider', () => {
  const width = (ours) => {
    const { ci95 } = ratioOfMedians(
      ours,
      ours.map(() => 100),
    );
    return ci95[1] - ci95[0];
  };
  assert.ok(width([8, 10, 12, 9, 11]) < width([2, 10, 18, 5, 15]));
});
