import type { Span } from '@spanwise/opentracing';
import type { RuntimeProbe, Timers } from '@spanwise/tracer';

import { EventLoopWatch } from './event-loop-watch.ts';
import { GarbageWatch } from './garbage-watch.ts';
import { ProcessorTime } from './processor-time.ts';

/**
 * Tags every local root with what the process did in its time, the span's own work or not: `spanwise.eventloop.blocked_ms`,
 * `spanwise.gc_ms`, `spanwise.cpu_ms` and `spanwise.at_work_ms`, all in milliseconds, with microseconds behind the point.
 *
 * - `spanwise.eventloop.blocked_ms`: how long the event loop was blocked by code that gave nothing else a turn. Too small by
 *   up to 10 ms a block; left out at 0. A log `event loop blocked` with `duration_ms` says when it was, for blocks of 50 ms
 *   and more (the 8 newest). `cpu_ms` in it is the processor time that the thread used meanwhile (all threads before Node 23.9): with
 *   much less than `duration_ms`, the process waited for a processor, or slept in a synchronous call.
 * - `spanwise.gc_ms`: garbage collection, on the main thread; left out at 0. What was collected in the very turn of the
 *   loop in which the span ends is not known yet.
 * - `spanwise.cpu_ms`: processor time of the whole process, all threads, to a quarter of a millisecond. More than the span's
 *   duration means that several ran.
 * - `spanwise.at_work_ms`: time since the first local root began, on those of the first ten seconds. A process loads and compiles the
 *   code of its first requests meanwhile.
 *
 * The newest 512 blocks and 1,024 collections are all that a root sees, however long it lasts. A timer of 10 ms beats while a
 * local root is open, and no longer than five minutes after the last one began: blocks after that are not seen.
 *
 * `init` makes one. Give it to `createTracer({ runtimeProbe })` of a tracer that you make yourself; each tracer has its own.
 */
export class NodeRuntimeProbe implements RuntimeProbe {
  readonly #timers: Timers;
  readonly #loop: EventLoopWatch;
  readonly #garbage: GarbageWatch = new GarbageWatch();
  readonly #processor: ProcessorTime = new ProcessorTime();
  /** When the first local root began. */
  #firstMillis: number | undefined;

  /** @param timers the process's own unless given; others are for tests */
  constructor(timers: Timers = nodeTimers) {
    this.#timers = timers;
    this.#loop = new EventLoopWatch(timers);
  }

  /** A local root starts. Starts timer and observer when it is the first one. */
  begin(): NodeRuntimeReading {
    this.#garbage.start();
    const millis = this.#timers.monotonicMillis();
    this.#firstMillis ??= millis;
    this.#loop.enter(millis);
    return { millis, cpuMillis: this.#processor.usedMillis(millis) };
  }

  /** Tags the local root and logs on it. To be called once for each `begin`. */
  end(begun: NodeRuntimeReading, span: Span | undefined): void {
    this.#loop.leave();
    if (span === undefined) return;
    const now = this.#timers.monotonicMillis();
    span.setTag('spanwise.cpu_ms', inMicroseconds(this.#processor.usedMillis(now) - begun.cpuMillis));
    const atWork = begun.millis - (this.#firstMillis ?? begun.millis);
    if (atWork < AT_WORK_MILLIS) span.setTag('spanwise.at_work_ms', inMicroseconds(atWork));
    const collected = this.#garbage.millisWithin(begun.millis, now);
    if (collected > 0) span.setTag('spanwise.gc_ms', inMicroseconds(collected));
    const blocked = this.#noteBlocks(begun.millis, now, span);
    if (blocked > 0) span.setTag('spanwise.eventloop.blocked_ms', inMicroseconds(blocked));
  }

  /** Lets go of timer and observer; blocks and collections are no longer noted. */
  close(): void {
    this.#garbage.stop();
    this.#loop.stop();
  }

  #noteBlocks(from: number, now: number, span: Span): number {
    let blocked = 0;
    let logs = 0;
    this.#loop.blocksWithin(from, now, (start, end, cpuMillis) => {
      blocked += end - start;
      if (end - start < LOGGED_MILLIS || logs === MOST_LOGS) return;
      logs += 1;
      const at = this.#timers.wallMillis() - (now - start);
      const [duration, cpu] = [inMicroseconds(end - start), inMicroseconds(cpuMillis)];
      span.log({ event: 'event loop blocked', duration_ms: duration, cpu_ms: cpu }, at);
    });
    return blocked;
  }
}

/** The state of the process at the start of a local root. */
export interface NodeRuntimeReading {
  /** Of the monotonic clock. */
  readonly millis: number;
  /** Milliseconds of processor time that the process had used. */
  readonly cpuMillis: number;
}

/** From here on a block has a log of its own, which says when it was. */
const LOGGED_MILLIS = 50;
const MOST_LOGS = 8;
/** After this long nobody asks whether a process is new. */
const AT_WORK_MILLIS = 10_000;

const nodeTimers: Timers = {
  monotonicMillis: () => performance.now(),
  wallMillis: () => Date.now(),
  schedule: (delayMillis, run) => {
    const timer = setTimeout(run, delayMillis).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

function inMicroseconds(millis: number): number {
  return Math.round(millis * 1000) / 1000;
}
