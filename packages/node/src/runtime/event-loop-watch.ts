import type { Timer, Timers } from '@spanwise/tracer';

import { IntervalList } from './interval-list.ts';
import { processorMillis } from './thread-time.ts';

/** How often the loop is asked whether it is alive. What blocks it is known with this much less. */
const BEAT_MILLIS = 10;
/** Timers are a little late on a machine that has much to do; that is no blocked loop. */
const LEAST_MILLIS = 5;
const REMEMBERED = 512;
/**
 * Who has not left after this was forgotten, as likely as not, and one span without `finish` would wake an idle process a
 * hundred times a second for ever. Longer than requests take; whoever takes longer sees no more blocks unless others come.
 */
const FORGOTTEN_MILLIS = 300_000;

/**
 * Knows when the event loop was blocked, in milliseconds, the newest 512 times: a timer of 10 ms that should have fired and
 * did not; and how much processor time was used since it was set, without which something else kept the process from going on. It beats only while somebody looks, and no longer than five minutes after the last one came, so an idle process is
 * not woken.
 */
export class EventLoopWatch {
  readonly #timers: Timers;
  readonly #processor: () => number;
  readonly #blocks: IntervalList = new IntervalList(REMEMBERED);
  #watchers = 0;
  #timer: Timer | undefined;
  #dueMillis = 0;
  #enteredMillis = 0;
  /** Processor time at the newest beat. */
  #usedMillis = 0;
  #stopped = false;

  /** @param processor milliseconds of processor time so far */
  constructor(timers: Timers, processor: () => number = processorMillis) {
    this.#timers = timers;
    this.#processor = processor;
  }

  /** Somebody looks from `now` on. To be followed by one `leave`. */
  enter(now: number): void {
    this.#watchers += 1;
    this.#enteredMillis = now;
    if (this.#timer === undefined && !this.#stopped) this.#beat(now);
  }

  leave(): void {
    this.#watchers -= 1;
  }

  /**
   * Calls `visit` with each time between the two moments in which the loop was blocked, and the processor time that was used in
   * it, the newest first. The block that goes on at `now`, in which the caller itself runs, is among them.
   */
  blocksWithin(from: number, now: number, visit: (start: number, end: number, cpuMillis: number) => void): void {
    if (this.#stopped) return;
    if (this.#timer !== undefined && now - this.#dueMillis >= LEAST_MILLIS) {
      const start = Math.max(this.#dueMillis, from);
      visit(start, now, (this.#used() * (now - start)) / (now - this.#dueMillis));
    }
    this.#blocks.within(from, now, visit);
  }

  /** Lets go of the timer; nothing more is noted. */
  stop(): void {
    this.#timer?.cancel();
    this.#stopped = true;
  }

  #beat(now: number): void {
    this.#dueMillis = now + BEAT_MILLIS;
    this.#usedMillis = this.#processor();
    this.#timer = this.#timers.schedule(BEAT_MILLIS, () => this.#fired());
  }

  #fired(): void {
    const now = this.#timers.monotonicMillis();
    if (now - this.#dueMillis >= LEAST_MILLIS) this.#blocks.add(this.#dueMillis, now, this.#used());
    if (this.#watchers > 0 && now - this.#enteredMillis < FORGOTTEN_MILLIS) this.#beat(now);
    else this.#timer = undefined;
  }

  #used(): number {
    return this.#processor() - this.#usedMillis;
  }
}
