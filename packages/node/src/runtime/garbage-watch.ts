import { PerformanceObserver } from 'node:perf_hooks';

import { IntervalList } from './interval-list.ts';

const REMEMBERED = 1024;

/**
 * Knows when garbage was collected on this thread, in milliseconds of `performance.now()`, the newest 1,024 times. Node tells of a collection when the event loop comes round, so those of the turn in
 * which somebody asks are not known yet.
 */
export class GarbageWatch {
  readonly #collections: IntervalList = new IntervalList(REMEMBERED);
  #observer: PerformanceObserver | undefined;

  start(): void {
    if (this.#observer !== undefined) return;
    this.#observer = new PerformanceObserver((list) => this.#note(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  /** Milliseconds of collection between two moments of `performance.now()`. */
  millisWithin(from: number, until: number): number {
    this.#note(this.#observer?.takeRecords() ?? []);
    let millis = 0;
    this.#collections.within(from, until, (start, end) => {
      millis += end - start;
    });
    return millis;
  }

  #note(entries: readonly { readonly startTime: number; readonly duration: number }[]): void {
    for (const { startTime, duration } of entries) this.#collections.add(startTime, startTime + duration);
  }
}
