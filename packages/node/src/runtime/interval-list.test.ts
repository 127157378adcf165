import { expect, test } from 'vitest';

import { IntervalList } from './interval-list.ts';

function within(list: IntervalList, from: number, until: number): number[][] {
  const found: number[][] = [];
  list.within(from, until, (start, end) => found.push([start, end]));
  return found;
}

test('gives the parts of intervals that lie between two moments, the newest first', () => {
  const list = new IntervalList(8);
  list.add(0, 10);
  list.add(20, 30);
  list.add(40, 50);
  expect(within(list, 5, 45)).toEqual([
    [40, 45],
    [20, 30],
    [5, 10],
  ]);
  expect(within(list, 10, 20)).toEqual([]);
  expect(within(list, 50, 60)).toEqual([]);
});

test('remembers as many as it was told, and forgets the oldest', () => {
  const list = new IntervalList(2);
  for (const start of [0, 10, 20]) list.add(start, start + 1);
  expect(within(list, 0, 100)).toEqual([
    [20, 21],
    [10, 11],
  ]);
});

test('gives of an amount as much as lies between the two moments', () => {
  const list = new IntervalList(8);
  list.add(0, 10, 4);
  list.add(20, 30);
  const amounts: number[] = [];
  list.within(5, 40, (_start, _end, amount) => amounts.push(amount));
  expect(amounts).toEqual([0, 2]);
});
