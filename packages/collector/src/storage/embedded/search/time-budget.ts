/** A search's time is up. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** The time that a search may take. Whoever makes one releases it. */
export class TimeBudget {
  readonly #endsAt: number;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(millis: number) {
    this.#endsAt = performance.now() + millis;
    this.#timer = setTimeout(() => this.#controller.abort(), Math.min(millis, 2 ** 31 - 1));
  }

  /**
   * For work between two waits: the timer cannot fire there.
   *
   * @throws {OutOfTime} when the time is up.
   */
  check(): void {
    if (this.#controller.signal.aborted || performance.now() >= this.#endsAt) throw new OutOfTime();
  }

  /** Calls back when the time is up; the function it gives forgets that. */
  onEnd(end: () => void): () => void {
    const { signal } = this.#controller;
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    return () => signal.removeEventListener('abort', end);
  }

  /**
   * What `work` gives. Work that is given up ends by itself.
   *
   * @throws {OutOfTime} when the time ends before the work does.
   */
  async race<T>(work: Promise<T>): Promise<T> {
    let forget = (): void => {};
    const end = new Promise<never>((_, reject) => {
      forget = this.onEnd(() => reject(new OutOfTime()));
    });
    try {
      return await Promise.race([work, end]);
    } finally {
      forget();
    }
  }

  release(): void {
    clearTimeout(this.#timer);
  }
}
