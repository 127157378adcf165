import type { Timer, Timers } from '@spanwise/tracer';
import { expect, test } from 'vitest';

import { EventLoopWatch } from './event-loop-watch.ts';

/** One timer, which fires when the test lets it. */
class LateTimers implements Timers {
  now = 1000;
  beat: (() => void) | undefined;

  monotonicMillis(): number {
    return this.now;
  }

  wallMillis(): number {
    return this.now;
  }

  schedule(_delayMillis: number, run: () => void): Timer {
    this.beat = run;
    return { cancel: () => (this.beat = undefined) };
  }

  /** Time passes, and then the timer fires. */
  fireAfter(millis: number): void {
    this.now += millis;
    this.beat?.();
  }
}

function watched(): { timers: LateTimers; watch: EventLoopWatch; blocks: (from: number) => number[][] } {
  const timers = new LateTimers();
  const watch = new EventLoopWatch(timers);
  const blocks = (from: number): number[][] => {
    const found: number[][] = [];
    watch.blocksWithin(from, timers.now, (start, end) => found.push([start, end]));
    return found;
  };
  return { timers, watch, blocks };
}

test('a timer that fires in time is no blocked loop, and one that is late is', () => {
  const { timers, watch, blocks } = watched();
  watch.enter();
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
  watch.enter();
  timers.now += 200;
  expect(blocks(1000)).toEqual([[1010, 1200]]);
  expect(blocks(1100)).toEqual([[1100, 1200]]);
});

test('beats only while somebody looks', () => {
  const { timers, watch } = watched();
  watch.enter();
  watch.enter();
  watch.leave();
  const first = timers.beat;
  timers.fireAfter(10);
  expect(timers.beat).not.toBe(first);
  watch.leave();
  const last = timers.beat;
  timers.fireAfter(10);
  expect(timers.beat).toBe(last);
  watch.enter();
  expect(timers.beat).not.toBe(last);
});

test('the time in which nobody looked is no block', () => {
  const { timers, watch, blocks } = watched();
  watch.enter();
  watch.leave();
  timers.fireAfter(10);
  timers.now += 5000;
  watch.enter();
  timers.fireAfter(10);
  expect(blocks(0)).toEqual([]);
});

test('nothing is noted after stop', () => {
  const { timers, watch, blocks } = watched();
  watch.enter();
  watch.stop();
  expect(timers.beat).toBeUndefined();
  timers.now += 500;
  watch.enter();
  expect([timers.beat, blocks(0)]).toEqual([undefined, []]);
});
