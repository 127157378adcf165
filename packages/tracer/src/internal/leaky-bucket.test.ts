import { expect, it } from 'vitest';

import { ManualClock } from '../fixtures/manual-clock.ts';
import { LeakyBucket } from './leaky-bucket.ts';

function taken(bucket: LeakyBucket): number {
  let count = 0;
  while (count < 1000 && bucket.take()) count += 1;
  return count;
}

it('stays as full in proportion when its rate changes', () => {
  const bucket = new LeakyBucket(100, { clock: new ManualClock(), random: () => 0.5 });
  bucket.update(40);
  expect(taken(bucket)).toBe(20);
});

it('keeps what it gained at the old rate', () => {
  const clock = new ManualClock();
  const bucket = new LeakyBucket(0.5, { clock, random: () => 0 });
  clock.advance(1000);
  bucket.update(10);
  expect(taken(bucket)).toBe(5);
});

it('holds a whole credit at rates below one, so that it can be spent', () => {
  const clock = new ManualClock();
  const bucket = new LeakyBucket(0.01, { clock, random: () => 0 });
  clock.advance(99_000);
  expect(taken(bucket)).toBe(0);
  clock.advance(1000);
  expect(taken(bucket)).toBe(1);
  clock.advance(1e9);
  expect(taken(bucket)).toBe(1);
});

it('gives nothing from the moment that its rate is 0', () => {
  const bucket = new LeakyBucket(100, { clock: new ManualClock(), random: () => 0.5 });
  bucket.update(0);
  expect(taken(bucket)).toBe(0);
});
