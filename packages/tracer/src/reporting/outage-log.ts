import { MinuteLog } from '../internal/minute-log.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';

/**
 * Tells the operator that a backend does not take spans now: one line when that begins, and one a minute at most.
 * Without it a wrong address would say nothing until the first batch has been tried for as long as it may. That spans
 * are taken again is not said; what was lost until then is `LossLog`'s.
 */
export class OutageLog {
  readonly #log: MinuteLog;
  readonly #destination: string;
  #isSaid = false;

  constructor(destination: string, logger: Logger, timers: Timers) {
    this.#destination = destination;
    this.#log = new MinuteLog(logger, () => timers.monotonicMillis());
  }

  /** An export failed that is tried again. An outage that begins in the minute of the one before is said later. */
  failed(message: string): void {
    if (!this.#isSaid) this.#isSaid = this.#log.warn(() => this.#line(message));
  }

  /** The backend has answered. */
  ended(): void {
    this.#isSaid = false;
  }

  #line(message: string): string {
    const answer = message === '' ? '' : `: ${message}`;
    return `spanwise: ${this.#destination} does not take spans now${answer}; they are held and sent again`;
  }
}
