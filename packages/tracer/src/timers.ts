/** A timer that can still be stopped. */
export interface Timer {
  /** Keeps the timer from firing. Nothing when it has fired, or was cancelled. */
  cancel(): void;
}

/** Time for what waits, a reporter say: a monotonic reading, a wall clock and timers in one, so that a test can drive all three. */
export interface Timers {
  /** Milliseconds since any fixed moment; never goes backwards. */
  monotonicMillis(): number;
  /** Milliseconds since the Unix epoch. */
  wallMillis(): number;
  /** Calls `run` once after the delay. Only with `keepAlive` does the timer keep the process running. */
  schedule(delayMillis: number, run: () => void, keepAlive?: boolean): Timer;
}

/** `setTimeout` holds no longer delay: it fires after 1 ms instead. */
export const longestTimerMillis: number = 2 ** 31 - 1;

/** The process's own timers. */
export const systemTimers: Timers = Object.freeze({
  monotonicMillis(): number {
    return performance.now();
  },
  wallMillis(): number {
    return Date.now();
  },
  schedule(delayMillis: number, run: () => void, keepAlive: boolean = false): Timer {
    const handle = setTimeout(run, delayMillis);
    if (!keepAlive && typeof handle === 'object') handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
});
