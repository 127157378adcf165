/** When the main job begins to end, and whether that is because something went wrong. */
export class Ending {
  /** Aborted when it begins. */
  readonly signal: AbortSignal;
  readonly begun: Promise<void>;
  readonly #controller = new AbortController();
  readonly #now: () => number;
  readonly #limitMillis: number;
  #failure: string | undefined;
  #endBy = Number.POSITIVE_INFINITY;

  /** All must be over `limitMillis` after the beginning; `now` in milliseconds never goes backwards. */
  constructor(limitMillis: number, now: () => number = () => performance.now()) {
    this.#limitMillis = limitMillis;
    this.#now = now;
    this.signal = this.#controller.signal;
    this.begun = new Promise((resolve) => this.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  /** The first reason given, which is the cause of those that follow. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** How much of the time is left; all of it before the beginning. */
  get leftMillis(): number {
    return Math.min(this.#limitMillis, Math.max(0, this.#endBy - this.#now()));
  }

  /** As somebody asked for it, or because the time is over. */
  begin(): void {
    if (this.signal.aborted) return;
    this.#endBy = this.#now() + this.#limitMillis;
    this.#controller.abort();
  }

  fail(reason: string): void {
    this.#failure ??= reason;
    this.begin();
  }
}
