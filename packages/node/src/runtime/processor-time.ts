/** A reading costs 1.2 µs, and a busy server would take two for each request: one serves all that ask within this time. */
const FRESH_MILLIS = 0.25;

/** The processor time that the process has used, all threads, as it was at most a quarter of a millisecond ago. */
export class ProcessorTime {
  #readMillis = -Infinity;
  #usedMillis = 0;

  /** In milliseconds since the process began. @param now of the monotonic clock */
  usedMillis(now: number): number {
    if (now - this.#readMillis >= FRESH_MILLIS) {
      const { user, system } = process.cpuUsage();
      this.#usedMillis = (user + system) / 1000;
      this.#readMillis = now;
    }
    return this.#usedMillis;
  }
}
