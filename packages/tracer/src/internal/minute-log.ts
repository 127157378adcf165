import type { Logger } from '../logger.ts';
import { guardedWarn } from './guarded-warn.ts';

const periodMillis = 60_000;

/**
 * Lets one line a minute through, or as many as `maxLines` says, so that a broken backend or recorder cannot flood the
 * log. A logger that throws is ignored.
 */
export class MinuteLog {
  readonly #logger: Logger;
  readonly #nowMillis: () => number;
  readonly #maxLines: number;
  #periodStartMillis = Number.NEGATIVE_INFINITY;
  #lines = 0;

  /** `nowMillis` is a monotonic reading. */
  constructor(logger: Logger, nowMillis: () => number, maxLines: number = 1) {
    this.#logger = logger;
    this.#nowMillis = nowMillis;
    this.#maxLines = maxLines;
  }

  /** Writes the line unless this minute has had its lines; says whether it did. The message is made only then. */
  warn(message: () => string): boolean {
    const now = this.#nowMillis();
    if (now - this.#periodStartMillis >= periodMillis) {
      this.#periodStartMillis = now;
      this.#lines = 0;
    }
    if (this.#lines >= this.#maxLines) return false;
    this.#lines += 1;
    this.warnNow(message);
    return true;
  }

  /** How long until this minute is over; 0 when it is. */
  waitMillis(): number {
    return Math.max(0, this.#periodStartMillis + periodMillis - this.#nowMillis());
  }

  /** Writes the line at once, for the last words of something that closes. */
  warnNow(message: () => string): void {
    guardedWarn(this.#logger, message);
  }
}
