import { OverloadedError } from '../span-store.ts';

/** Time for a gate, so that a test can drive it. */
export interface GateTime {
  /** Milliseconds since any fixed moment; never goes backwards. */
  nowMillis(): number;
  /** Calls `run` once after the delay. */
  later(delayMillis: number, run: () => void): void;
}

export interface BacklogGateOptions {
  /** Bytes that may be accepted and not yet converted. */
  readonly limitBytes: number;
  /** How long a body waits for room before it is refused; 0 refuses at once. */
  readonly waitMillis: number;
  /** Bytes accepted and not yet converted. */
  readonly backlogBytes: () => number;
  readonly time?: GateTime;
}

interface Waiting {
  readonly bytes: number;
  readonly untilMillis: number;
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

/** The conversion tells nobody when it goes on; to look this often costs nothing that can be measured. */
const lookEveryMillis = 5;
const retryAfterSeconds = 1;

const systemTime: GateTime = {
  nowMillis: () => performance.now(),
  later: (delayMillis, run) => void setTimeout(run, delayMillis),
};

/**
 * Keeps the backlog within its limit. A body that does not fit waits a moment, in order of arrival, before it is refused:
 * all senders that are told to come back in a second do so together, and the conversion has nothing to do for three or
 * four tenths of it (seen in samples of the backlog under full load).
 */
export class BacklogGate {
  readonly #options: BacklogGateOptions;
  readonly #time: GateTime;
  readonly #waiting: Waiting[] = [];
  #closed = false;
  #looking = false;

  constructor(options: BacklogGateOptions) {
    this.#options = options;
    this.#time = options.time ?? systemTime;
  }

  /**
   * Runs `append`, which must add to the backlog before it returns, when there is room.
   *
   * @throws {OverloadedError} when there was none in time.
   */
  enter(bytes: number, append: () => Promise<void>): Promise<void> {
    // One that throws at once must not leave the others waiting.
    const run = async (): Promise<void> => append();
    if (this.#waiting.length === 0 && this.#hasRoom(bytes)) return run();
    if (this.#options.waitMillis === 0) return Promise.reject(new OverloadedError(retryAfterSeconds));
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        bytes,
        untilMillis: this.#time.nowMillis() + this.#options.waitMillis,
        enter: () => void run().then(resolve, reject),
        refuse: reject,
      });
      this.#lookLater();
    });
  }

  /** Refuses who waits, and from now on nobody waits any more. */
  close(error: Error): void {
    this.#closed = true;
    this.turnAway(error);
  }

  /** Refuses who waits just now. */
  turnAway(error: Error): void {
    for (const { refuse } of this.#waiting.splice(0)) refuse(error);
  }

  /** A body larger than the limit is taken when nothing else is waiting to be converted. */
  #hasRoom(bytes: number): boolean {
    const backlog = this.#options.backlogBytes();
    return backlog === 0 || backlog + bytes <= this.#options.limitBytes;
  }

  #lookLater(): void {
    if (this.#looking || this.#closed) return;
    this.#looking = true;
    this.#time.later(lookEveryMillis, () => this.#look());
  }

  #look(): void {
    this.#looking = false;
    const waiting = this.#waiting;
    while (waiting[0] !== undefined && this.#hasRoom(waiting[0].bytes)) waiting.shift()?.enter();
    const now = this.#time.nowMillis();
    while (waiting[0] !== undefined && waiting[0].untilMillis <= now) {
      waiting.shift()?.refuse(new OverloadedError(retryAfterSeconds));
    }
    if (waiting.length > 0) this.#lookLater();
  }
}
