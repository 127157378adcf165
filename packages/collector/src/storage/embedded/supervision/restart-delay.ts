const firstMillis = 100;
const longestMillis = 10_000;
/** A worker that lived this long was well: what ended it is no continuation of earlier ends. */
const healthyMillis = 60_000;

/** How long to wait before a worker that ended is started again: doubles until one has lived a minute. */
export class RestartDelay {
  readonly #nowMillis: () => number;
  #startedMillis: number;
  #nextMillis = firstMillis;

  /** `nowMillis` never goes backwards. */
  constructor(nowMillis: () => number) {
    this.#nowMillis = nowMillis;
    this.#startedMillis = nowMillis();
  }

  /** A worker begins. */
  started(): void {
    this.#startedMillis = this.#nowMillis();
  }

  /** The worker ended: milliseconds to wait. */
  next(): number {
    if (this.#nowMillis() - this.#startedMillis >= healthyMillis) this.#nextMillis = firstMillis;
    const millis = this.#nextMillis;
    this.#nextMillis = Math.min(millis * 2, longestMillis);
    return millis;
  }
}
