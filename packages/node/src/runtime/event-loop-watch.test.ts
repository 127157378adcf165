import { expect, test } from 'vitest';

import { EventLoopWatch } from './event-loop-watch.ts';
import { LateTimers } from './fixtures/late-timers.ts';

function watched(processor: () => number = () => 0): {
  timers: LateTimers;
  watch: EventLoopWatch;
  blocks: (from: number) => number[][];
} {
  const timers = new LateTimers();
  const watch = new EventLoopWatch(timers, processor);
  const blocks = (from: number): number[][] => {
    const found: number[][] = [];
    watch.blocksWithin(from, timers.now, (start, end) => found.push([start, end]));
    return found;
  };
  return { timers, watch, blocks };
}

test('a timer that fires in time is no blocked loop, and one that is late is', () => {
  const { timers, watch, blocks } = watched();
  watch.enter(timers.now);
  timers.fireAfter(10);
  timers.fireAfter(14.9);
  expect(blocks(1000)).toEqual([]);
  timers.fireAfter(15);
  timers.fireAfter(210);
  expect(blocks(1000)).toEqual([
    [1049.9, 1249.9],
    [1034.9, 1039.9],
  ]);
});

test('the block in which it is asked counts', () => {
  const { timers, watch, blocks } = watched();
  watch.enter(timers.now);
  timers.now += 200;
  expect(blocks(1000)).toEqual([[1010, 1200]]);
  expect(blocks(1100)).toEqual([[1100, 1200]]);
});

test('of each block it says how much processor time was used, and of a part its part', () => {
  let used = 5;
  const { timers, watch } = watched(() => used);
  const processor = (from: number): number[] => {
    const found: number[] = [];
    watch.blocksWithin(from, timers.now, (_start, _end, cpuMillis) => found.push(cpuMillis));
    return found;
  };
  watch.enter(timers.now);
  used += 80;
  timers.fireAfter(110);
  used += 1;
  timers.now += 210;
  expect(processor(1000)).toEqual([1, 80]);
  expect(processor(1060)).toEqual([1, 40]);
  expect(processor(1220)).toEqual([0.5]);
});

test('beats only while somebody looks', () => {
  const { timers, watch } = watched();
  watch.enter(timers.now);
  watch.enter(timers.now);
  watch.leave();
  const first = timers.beat;
  timers.fireAfter(10);
  expect(timers.beat).not.toBe(first);
  watch.leave();
  const last = timers.beat;
  timers.fireAfter(10);
  expect(timers.beat).toBe(last);
  watch.enter(timers.now);
  expect(timers.beat).not.toBe(last);
});

test('the time in which nobody looked is no block', () => {
  const { timers, watch, blocks } = watched();
  watch.enter(timers.now);
  watch.leave();
  timers.fireAfter(10);
  timers.now += 5000;
  watch.enter(timers.now);
  timers.fireAfter(10);
  expect(blocks(0)).toEqual([]);
});

test('nothing is noted after stop', () => {
  const { timers, watch, blocks } = watched();
  watch.enter(timers.now);
  watch.stop();
  expect(timers.beat).toBeUndefined();
  timers.now += 500;
  watch.enter(timers.now);
  expect([timers.beat, blocks(0)]).toEqual([undefined, []]);
});

const MINUTES_5 = 300_000;

test('a watcher that never leaves is forgotten five minutes after the last one came', () => {
  const { timers, watch } = watched();
  watch.enter(timers.now);
  timers.fireAfter(MINUTES_5 - 10);
  watch.enter(timers.now);
  watch.leave();
  const beats = (): boolean => {
    const before = timers.beat;
    timers.fireAfter(10);
    return timers.beat !== before;
  };
  for (let turn = 0; turn < MINUTES_5 / 10 - 1; turn++) if (!beats()) expect.unreachable(`it stopped at ${timers.now}`);
  expect(beats()).toBe(false);
  watch.enter(timers.now);
  expect(beats()).toBe(true);
});

test('the time after it stopped is no block, and what was noted before stays', () => {
  const { timers, watch, blocks } = watched();
  watch.enter(timers.now);
  timers.fireAfter(MINUTES_5);
  timers.now += 5000;
  expect(blocks(1000)).toEqual([[1010, 1000 + MINUTES_5]]);
});
