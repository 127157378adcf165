import { MinuteLog } from '../internal/minute-log.ts';
import type { Logger } from '../logger.ts';

/** Tells the operator about lost spans: one line a minute at most, which covers all losses since the line before. */
export class LossLog {
  readonly #log: MinuteLog;
  readonly #destination: string;
  readonly #pending: Map<string, number> = new Map();
  #lastMessage = '';

  constructor(destination: string, logger: Logger, nowMillis: () => number) {
    this.#destination = destination;
    this.#log = new MinuteLog(logger, nowMillis);
  }

  lost(reason: string, count: number, message: string): void {
    this.#pending.set(reason, (this.#pending.get(reason) ?? 0) + count);
    if (message !== '') this.#lastMessage = message;
    if (this.#log.warn(() => this.#line())) this.#pending.clear();
  }

  /** Says what has not been said yet. */
  close(): void {
    if (this.#pending.size === 0) return;
    this.#log.warnNow(() => this.#line());
    this.#pending.clear();
  }

  #line(): string {
    const reasons = [...this.#pending].map(([reason, count]) => `${count} ${reason}`).join(', ');
    const last = this.#lastMessage === '' ? '' : `; last answer: ${this.#lastMessage}`;
    return `spanwise: spans lost on the way to ${this.#destination}: ${reasons}${last}`;
  }
}
