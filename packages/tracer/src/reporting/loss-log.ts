import { MinuteLog } from '../internal/minute-log.ts';
import type { Logger } from '../logger.ts';
import type { Timer, Timers } from '../timers.ts';

/**
 * Tells the operator about lost spans: at once, and then one line a minute at most, which covers all losses since the
 * line before. The last of a burst are said when their minute ends, without another loss.
 */
export class LossLog {
  readonly #log: MinuteLog;
  readonly #destination: string;
  readonly #timers: Timers;
  readonly #pending: Map<string, number> = new Map();
  #lastMessage = '';
  #minuteEnd: Timer | undefined;
  #isClosed = false;

  constructor(destination: string, logger: Logger, timers: Timers) {
    this.#destination = destination;
    this.#timers = timers;
    this.#log = new MinuteLog(logger, () => timers.monotonicMillis());
  }

  lost(reason: string, count: number, message: string): void {
    this.#pending.set(reason, (this.#pending.get(reason) ?? 0) + count);
    if (message !== '') this.#lastMessage = message;
    // A loss may come before a timer that is late, when the event loop was blocked.
    this.#say();
  }

  /** Says what has not been said yet. What is lost later is said with the next loss, and no timer waits for it. */
  close(): void {
    this.#isClosed = true;
    if (this.#pending.size > 0) this.#log.warnNow(() => this.#line());
    this.#forget();
  }

  #forget(): void {
    this.#pending.clear();
    this.#minuteEnd?.cancel();
    this.#minuteEnd = undefined;
  }

  #say(): void {
    if (this.#log.warn(() => this.#line())) {
      this.#forget();
      return;
    }
    if (this.#isClosed) return;
    this.#minuteEnd ??= this.#timers.schedule(Math.ceil(this.#log.waitMillis()), () => {
      this.#minuteEnd = undefined;
      this.#say();
    });
  }

  #line(): string {
    const reasons = [...this.#pending].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const last = this.#lastMessage === '' ? '' : `; last answer: ${this.#lastMessage}`;
    return `spanwise: spans lost on the way to ${this.#destination}: ${reasons}${last}`;
  }
}
