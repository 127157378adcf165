import type { Logger } from '../logger.ts';

const periodMillis = 60_000;

/**
 * Lets one line a minute through and counts the rest, so that a broken backend or recorder cannot flood the log.
 * A logger that throws is ignored: nothing can be said about it.
 */
export class MinuteLog {
  readonly #logger: Logger;
  readonly #nowMillis: () => number;
  #lastMillis = Number.NEGATIVE_INFINITY;

  /** `nowMillis` is a monotonic reading. */
  constructor(logger: Logger, nowMillis: () => number) {
    this.#logger = logger;
    this.#nowMillis = nowMillis;
  }

  /** Writes the line when the last one is a minute old; says whether it did. The message is made only then. */
  warn(message: () => string): boolean {
    const now = this.#nowMillis();
    if (now - this.#lastMillis < periodMillis) return false;
    this.#lastMillis = now;
    this.warnNow(message);
    return true;
  }

  /** Writes the line at once, for the last words of something that closes. */
  warnNow(message: () => string): void {
    try {
      this.#logger.warn(message());
    } catch {
      // The logger belongs to the application; tracing never breaks it.
    }
  }
}
