import type { Timer, Timers } from '@spanwise/tracer';

import { IntervalList } from './interval-list.ts';

/** How often the loop is asked whether it is alive. What blocks it is known with this much less. */
const BEAT_MILLIS = 10;
/** Timers are a little late on a machine that has much to do; that is no blocked loop. */
const LEAST_MILLIS = 5;
const REMEMBERED = 512;

/**
 * Knows when the event loop was blocked: a timer that should have fired and did not. It beats only while somebody looks,
 * so an idle process is not woken.
 */
export class EventLoopWatch {
  readonly #timers: Timers;
  readonly #blocks: IntervalList = new IntervalList(REMEMBERED);
  #watchers = 0;
  #timer: Timer | undefined;
  #dueMillis = 0;
  #stopped = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** To be followed by one `leave`. */
  enter(): void {
    this.#watchers += 1;
    if (this.#timer === undefined && !this.#stopped) this.#beat(this.#timers.monotonicMillis());
  }

  leave(): void {
    this.#watchers -= 1;
  }

  /**
   * Calls `visit` with each time between the two moments in which the loop was blocked, the newest first. The block that
   * goes on at `now`, in which the caller itself runs, is among them.
   */
  blocksWithin(from: number, now: number, visit: (start: number, end: number) => void): void {
    if (this.#stopped) return;
    if (now - this.#dueMillis >= LEAST_MILLIS) visit(Math.max(this.#dueMillis, from), now);
    this.#blocks.within(from, now, visit);
  }

  /** Lets go of the timer; nothing more is noted. */
  stop(): void {
    this.#timer?.cancel();
    this.#stopped = true;
  }

  #beat(now: number): void {
    this.#dueMillis = now + BEAT_MILLIS;
    this.#timer = this.#timers.schedule(BEAT_MILLIS, () => this.#fired());
  }

  #fired(): void {
    const now = this.#timers.monotonicMillis();
    if (now - this.#dueMillis >= LEAST_MILLIS) this.#blocks.add(this.#dueMillis, now);
    if (this.#watchers > 0) this.#beat(now);
    else this.#timer = undefined;
  }
}
