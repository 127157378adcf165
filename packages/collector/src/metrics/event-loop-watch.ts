import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Delay of the event loop over the last one to two minutes, in seconds. */
export interface EventLoopDelay {
  readonly p99Seconds: number;
  readonly maxSeconds: number;
}

const windowMillis = 60_000;
const resolutionMillis = 10;

/**
 * Watches how long the event loop keeps callbacks waiting. Two windows take turns, so that a stall is seen for at least
 * a minute and forgotten after two, however often somebody looks.
 */
export class EventLoopWatch {
  #current = monitorEventLoopDelay({ resolution: resolutionMillis });
  #before = monitorEventLoopDelay({ resolution: resolutionMillis });
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#current.enable();
    this.#timer = setInterval(() => this.#turn(), windowMillis).unref();
  }

  get delay(): EventLoopDelay {
    const histograms = [this.#current, this.#before].filter(({ count }) => count > 0);
    // The histogram holds whole intervals between ticks; the delay is what goes beyond the timer's own.
    const seconds = (nanos: readonly number[]): number =>
      Math.max(0, Math.max(...nanos, 0) / 1e9 - resolutionMillis / 1e3);
    return {
      p99Seconds: seconds(histograms.map((histogram) => histogram.percentile(99))),
      maxSeconds: seconds(histograms.map((histogram) => histogram.max)),
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#current.disable();
  }

  #turn(): void {
    this.#current.disable();
    [this.#before, this.#current] = [this.#current, this.#before];
    this.#current.reset();
    this.#current.enable();
  }
}
