import { afterEach, describe, expect, it, vi } from 'vitest';

import { beforeDeadline, type DeadlineClock, deadlineAfter } from './deadline.ts';

/** A clock whose timers run when they are told to. */
class ManualClock implements DeadlineClock {
  readonly timers = new Map<number, () => void>();
  readonly asked: number[] = [];

  setTimeout(callback: () => void, millis: number): number {
    this.timers.set(this.asked.length, callback);
    return this.asked.push(millis) - 1;
  }

  clearTimeout(timer: number): void {
    this.timers.delete(timer);
  }
}

afterEach(() => vi.unstubAllGlobals());

describe('a deadline', () => {
  it('comes when its clock says so, with the time in its reason', () => {
    const clock = new ManualClock();
    const { signal } = deadlineAfter(5_000, clock);
    expect(clock.asked).toEqual([5_000]);
    expect(signal.aborted).toBe(false);
    clock.timers.get(0)?.();
    expect(signal.reason).toEqual(new Error('after 5000 ms'));
  });

  it('comes by the timers of the platform, whatever became of setTimeout', async () => {
    vi.stubGlobal('setTimeout', () => {});
    const { signal } = deadlineAfter(0);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(signal.reason).toEqual(new Error('after 0 ms'));
  });
});

describe('work with a deadline', () => {
  it('that ends before it gives its result, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    expect(await beforeDeadline(Promise.resolve(42), deadlineAfter(1, clock), () => '')).toBe(42);
    await Promise.resolve();
    expect(clock.timers.size).toBe(0);
  });

  it('that fails before it rejects, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const work = beforeDeadline(Promise.reject(new Error('own')), deadlineAfter(1, clock), () => '');
    await expect(work).rejects.toThrow('own');
    await Promise.resolve();
    expect(clock.timers.size).toBe(0);
  });

  it('that hangs rejects at it', async () => {
    const clock = new ManualClock();
    const work = beforeDeadline(new Promise(() => {}), deadlineAfter(1, clock), () => ', and so on');
    clock.timers.get(0)?.();
    await expect(work).rejects.toThrow('still running at its deadline (after 1 ms), and so on');
  });

  it('that is over already rejects at once', async () => {
    const signal = AbortSignal.abort('too late');
    const work = beforeDeadline(new Promise(() => {}), { signal, stop: () => {} }, () => '');
    await expect(work).rejects.toThrow('still running at its deadline (too late)');
  });
});
