import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';

import { afterEach, expect, test, vi } from 'vitest';

import { closeBeforeExit, flushBeforeEnd } from './process-life.ts';
import type { Flushable } from './process-life.ts';

/** A process whose events a test emits, and that notes which signals it gets. */
class TestProcess extends EventEmitter {
  readonly pid: number = 1;
  readonly raised: string[] = [];

  nextTick(run: () => void): void {
    process.nextTick(run);
  }

  kill(_pid: number, signal: string): void {
    this.raised.push(signal);
  }
}

/** A tracer whose flush is over when the test says so. */
class TestTracer implements Flushable {
  queued = 0;
  closed = false;
  readonly deadlines: number[] = [];
  deliver: () => void = () => {};

  flush({ deadlineMillis }: { deadlineMillis: number }): Promise<void> {
    this.deadlines.push(deadlineMillis);
    return new Promise((resolve) => (this.deliver = resolve));
  }

  close: Flushable['close'] = () => {
    this.closed = true;
    this.queued = 0;
    return Promise.resolve();
  };

  stats(): ReturnType<Flushable['stats']> {
    return { reporters: [{ queued: this.queued, inFlight: 0 }] };
  }
}

interface Watched {
  readonly process: TestProcess;
  readonly tracer: TestTracer;
  readonly said: readonly string[];
  readonly leave: () => void;
}

function watch(deadlineMillis: number = 60_000, process: TestProcess = new TestProcess()): Watched {
  const tracer = new TestTracer();
  const said: string[] = [];
  const leave = flushBeforeEnd(tracer, process, deadlineMillis, (message) => said.push(message));
  return { process, tracer, said, leave };
}

afterEach(() => void vi.useRealTimers());

test('beforeExit flushes what waits, and only then', async () => {
  const { process, tracer } = watch();
  process.emit('beforeExit');
  expect(tracer.deadlines).toEqual([]);
  tracer.queued = 1;
  process.emit('beforeExit');
  await turn();
  tracer.queued = 0;
  tracer.deliver();
  await turn();
  process.emit('beforeExit');
  await turn();
  expect([tracer.deadlines, tracer.closed]).toEqual([[60_000], false]);
});

test('spans that other listeners finish at the end are flushed, whoever listened first', async () => {
  const { process, tracer } = watch();
  process.on('beforeExit', () => (tracer.queued = 1));
  process.emit('beforeExit');
  await turn();
  expect(tracer.deadlines).toEqual([60_000]);
});

test('while it flushes no second flush begins', async () => {
  const { process, tracer } = watch();
  tracer.queued = 1;
  process.emit('beforeExit');
  process.emit('beforeExit');
  await turn();
  expect(tracer.deadlines).toHaveLength(1);
  tracer.deliver();
  await turn();
});

test('at the exit the tracer is closed, which says at once what was lost', () => {
  const { process, tracer } = watch();
  process.emit('exit');
  expect(tracer.closed).toBe(true);
});

test('after a hundred flushes of an empty event loop what comes is left to the exit, which says it', async () => {
  const { process, tracer } = watch();
  for (let times = 0; times < 101; times += 1) {
    tracer.queued = 1;
    process.emit('beforeExit');
    await turn();
    tracer.queued = 0;
    tracer.deliver();
    await turn();
  }
  expect([tracer.deadlines.length, tracer.closed]).toEqual([100, false]);
});

test('what could not be sent at the end is given up', async () => {
  const { process, tracer } = watch(1);
  tracer.queued = 1;
  process.emit('beforeExit');
  while (!tracer.closed) await turn();
  process.emit('beforeExit');
  expect(tracer.deadlines).toEqual([1]);
});

test('a signal that nobody else hears is raised again after the flush, not before', async () => {
  const { process, tracer } = watch();
  process.emit('SIGTERM');
  await turn();
  expect(process.raised).toEqual([]);
  tracer.deliver();
  await turn();
  expect(process.raised).toEqual(['SIGTERM']);
});

test('a signal is raised again at the deadline at the latest', async () => {
  const { process } = watch(1);
  process.emit('SIGINT');
  while (process.raised.length === 0) await turn();
  expect(process.raised).toEqual(['SIGINT']);
});

test('a signal that the application hears is left to it, also when it listens once and before us', async () => {
  const process = new TestProcess();
  const heard: string[] = [];
  process.once('SIGTERM', () => void heard.push('application'));
  const { tracer } = watch(60_000, process);
  process.emit('SIGTERM');
  tracer.deliver();
  await turn();
  expect([heard, process.raised, tracer.deadlines]).toEqual([['application'], [], [60_000]]);
});

test('a signal that the application has heard and raises again is held until the spans are sent', async () => {
  const { process, tracer } = watch();
  tracer.queued = 1;
  const hear = (): void => {
    process.off('SIGTERM', hear);
    process.emit('SIGTERM');
  };
  process.on('SIGTERM', hear);
  process.emit('SIGTERM');
  await turn();
  expect([process.raised, tracer.closed]).toEqual([[], false]);
  tracer.queued = 0;
  tracer.deliver();
  await turn();
  expect([process.raised, tracer.closed]).toEqual([['SIGTERM'], false]);
});

test('a signal that the application hears leaves the tracer open, however much waits', async () => {
  const { process, tracer } = watch(1);
  process.on('SIGTERM', () => {});
  tracer.queued = 1;
  process.emit('SIGTERM');
  // The deadline of a millisecond, with nothing delivered.
  while (process.listenerCount('SIGTERM') === 2 && tracer.deadlines.length < 2) {
    process.emit('SIGTERM');
    await turn();
  }
  tracer.deliver();
  await turn();
  expect([tracer.closed, process.raised]).toEqual([false, []]);
  expect(tracer.deadlines.length).toBeGreaterThanOrEqual(2);
});

test('a tracer that is being closed when the flush is over is left to that', async () => {
  const { process, tracer, leave } = watch();
  tracer.queued = 1;
  process.emit('SIGTERM');
  leave();
  tracer.queued = 0;
  tracer.deliver();
  await turn();
  expect([tracer.closed, process.raised]).toEqual([false, ['SIGTERM']]);
});

test('a second signal is not held up, whichever it is, and what is left is said', () => {
  vi.useFakeTimers();
  const { process, tracer, said } = watch();
  tracer.queued = 3;
  process.emit('SIGINT');
  vi.advanceTimersByTime(100);
  expect([process.raised, said]).toEqual([[], []]);
  process.emit('SIGTERM');
  expect([process.raised, said]).toEqual([['SIGTERM'], ['spanwise: 3 spans were not sent before SIGTERM']]);
  expect(process.listenerCount('SIGTERM')).toBe(0);
});

test('the same signal within a tenth of a second is the first one, handed on', async () => {
  vi.useFakeTimers();
  const { process, tracer } = watch();
  process.emit('SIGINT');
  vi.advanceTimersByTime(99);
  process.emit('SIGINT');
  expect(process.raised).toEqual([]);
  tracer.deliver();
  await vi.advanceTimersByTimeAsync(0);
  expect(process.raised).toEqual(['SIGINT']);
});

test('spans that finish while others are sent are sent too, in five flushes at most', async () => {
  const { process, tracer } = watch();
  tracer.queued = 1;
  process.emit('SIGTERM');
  for (let flushes = 1; flushes <= 5; flushes += 1) {
    expect([tracer.deadlines.length, process.raised]).toEqual([flushes, []]);
    tracer.deliver();
    await turn();
  }
  expect(process.raised).toEqual(['SIGTERM']);
});

test('a process that a raised signal does not end keeps its tracer, and the next signal is held again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const { process, tracer, said } = watch(1);
  tracer.queued = 1;
  for (const times of [1, 2]) {
    process.emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(1);
    expect([process.raised.length, said.length, tracer.closed]).toEqual([times, times, false]);
    await vi.advanceTimersByTimeAsync(100);
  }
});

test('a second signal is raised when the application heard only the first', async () => {
  const { process, tracer } = watch();
  process.once('SIGTERM', () => {});
  process.emit('SIGTERM');
  tracer.deliver();
  await turn();
  expect(process.raised).toEqual([]);
  process.emit('SIGTERM');
  tracer.deliver();
  await turn();
  expect([process.raised, tracer.deadlines.length]).toEqual([['SIGTERM'], 2]);
});

test('what could not be sent until the signal is raised is said before', async () => {
  const { process, tracer, said } = watch(1);
  tracer.queued = 1;
  const saidFirst: number[] = [];
  process.kill = () => void saidFirst.push(said.length);
  process.emit('SIGTERM');
  while (saidFirst.length === 0) await turn();
  expect(saidFirst).toEqual([1]);
  expect(said).toEqual(['spanwise: 1 span was not sent before SIGTERM']);
});

test('the flush is over before signal-exit finds itself alone, and does not wait for it', async () => {
  const { process, tracer } = watch();
  const others = Object.assign(process, { __signal_exit_emitter__: { count: 1 } });
  const alone: boolean[] = [];
  others.on('SIGTERM', () => void alone.push(others.listenerCount('SIGTERM') === 1));
  others.kill = () => void others.emit('SIGTERM');
  others.emit('SIGTERM');
  expect(alone).toEqual([false]);
  tracer.deliver();
  await turn();
  expect(alone).toEqual([false, true]);
});

test('a signal during the close waits for it, and a second one does not', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const process = new TestProcess();
  const tracer = new TestTracer();
  let close = (): void => {};
  const deadlines: number[] = [];
  tracer.close = ({ deadlineMillis }) => {
    deadlines.push(deadlineMillis);
    return new Promise((resolve) => (close = resolve));
  };
  tracer.queued = 1;
  const closing = closeBeforeExit(tracer, process, 60_000);
  process.emit('SIGTERM');
  await turn();
  expect([process.raised, deadlines]).toEqual([[], [60_000]]);
  vi.advanceTimersByTime(100);
  process.emit('SIGTERM');
  expect([process.raised, deadlines]).toEqual([['SIGTERM'], [60_000, 0]]);
  close();
  void closing;
});

test('a signal is raised although one tracer is being closed and another has begun', async () => {
  const process = new TestProcess();
  process.kill = (_pid, signal) => {
    if (process.listenerCount(signal) === 0) process.raised.push(signal);
    else process.emit(signal);
  };
  const first = new TestTracer();
  let close = (): void => {};
  first.close = () => new Promise((resolve) => (close = resolve));
  const closing = closeBeforeExit(first, process, 60_000);
  const { tracer } = watch(60_000, process);
  process.emit('SIGTERM');
  close();
  await closing;
  await turn();
  tracer.deliver();
  await turn();
  tracer.deliver();
  await turn();
  expect(process.raised).toEqual(['SIGTERM']);
});

test('a signal that has come before the tracer was closed, and is heard after, ends the process', async () => {
  const { process, leave, tracer } = watch();
  leave();
  process.emit('SIGTERM');
  tracer.deliver();
  await turn();
  expect(process.raised).toEqual(['SIGTERM']);
});

test('a signal is raised when the close is over', async () => {
  const process = new TestProcess();
  const tracer = new TestTracer();
  let close = (): void => {};
  tracer.close = () => new Promise((resolve) => (close = resolve));
  const closing = closeBeforeExit(tracer, process, 60_000);
  process.emit('SIGINT');
  close();
  await closing;
  await turn();
  expect(process.raised).toEqual(['SIGINT']);
  expect(process.eventNames()).toEqual([]);
});

test('a flush that fails holds nothing up', async () => {
  const { process, tracer } = watch();
  tracer.flush = () => Promise.reject(new Error('broken'));
  process.emit('SIGTERM');
  await turn();
  expect(process.raised).toEqual(['SIGTERM']);
});

test('leaving takes every listener away', async () => {
  const { process, leave } = watch();
  expect(new Set(process.eventNames())).toEqual(new Set(['SIGINT', 'SIGTERM', 'beforeExit', 'exit']));
  leave();
  await turn();
  expect(process.eventNames()).toEqual([]);
});
