import { expect, it } from 'vitest';
import { labelOrder } from './label-order.ts';
import { placeLabels } from './label-places.ts';

it('names the busiest first, then what fails, then the rest', () => {
  const nodes = Array.from({ length: 14 }, (_, at) => ({ count: 100 + at, errorShare: 0 }));
  nodes[0] = { count: 5, errorShare: 0.01 };
  nodes[1] = { count: 4, errorShare: 0.009 };
  nodes[5] = { count: 300, errorShare: 0 };
  expect(labelOrder(nodes)).toEqual([5, 13, 12, 11, 10, 9, 8, 7, 6, 4, 0, 3, 2, 1]);
});

it('places the name of what matters most over the marks of others, never over another name', () => {
  const box = (left: number, width: number): { left: number; top: number; width: number; height: number } => ({
    left,
    top: 0,
    width,
    height: 10,
  });
  const labels = [box(0, 40), box(20, 40), box(100, 40)];
  const marks = [box(200, 5), box(30, 5), box(110, 5)];
  // The mark of the second is under the first label, that of the third is its own.
  expect(placeLabels(labels, marks)).toEqual([false, true, true]);
  expect(placeLabels(labels, marks, [], 1)).toEqual([true, false, true]);
});
