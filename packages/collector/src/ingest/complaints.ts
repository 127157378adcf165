const silentMillis = 60_000;

/** Says what is wrong with senders that cannot be answered, once a minute at most: a wrong sender sends all the time. */
export class Complaints {
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  #saidAtMillis = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  /** `now` is in milliseconds. */
  constructor(say: (line: string) => void, now: () => number) {
    this.#say = say;
    this.#now = now;
  }

  say(line: string): void {
    const now = this.#now();
    if (now - this.#saidAtMillis < silentMillis) {
      this.#unsaid++;
      return;
    }
    this.#say(this.#unsaid === 0 ? line : `${line} (and ${this.#unsaid} times before, since it was last said)`);
    this.#saidAtMillis = now;
    this.#unsaid = 0;
  }
}
