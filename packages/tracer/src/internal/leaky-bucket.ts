import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { monotonicClock, randomOf } from './check-parts.ts';
import { invalidOption } from './invalid-option.ts';

/** Where a limit reads time and its start. */
export interface LimitOptions {
  /** The process's own clock unless given. Its monotonic reading counts. */
  readonly clock?: Clock;
  /** Uniform in [0, 1), for the credit at the start. `Math.random` unless given; for tests. */
  readonly random?: () => number;
}

/** Traces per second, or a `TypeError` that shows the value: a number from 0. */
export function checkRate(option: string, perSecond: number): number {
  if (typeof perSecond !== 'number' || !(perSecond >= 0) || perSecond === Number.POSITIVE_INFINITY) {
    throw invalidOption(option, perSecond, 'must be a number of traces per second, 0 (none) or more');
  }
  return perSecond;
}

/** The parts of the options, checked; other names may be among them. */
export function checkLimitOptions(sampler: string, { clock, random }: LimitOptions): Required<LimitOptions> {
  return { clock: monotonicClock(`${sampler}: clock`, clock), random: randomOf(`${sampler}: random`, random) };
}

/** Ten times a tenth is a little less than 1. */
const wholeCredit = 1 - 1e-9;

/**
 * Gives credit at a rate, and holds that of one second, or 1 when that is less. It starts with a random part of it, so
 * that a thousand processes which start at once do not all spend theirs at once.
 */
export class LeakyBucket {
  readonly #clock: Clock;
  #perSecond: number;
  #capacity: number;
  #balance: number;
  #lastMillis: number;

  constructor(perSecond: number, { clock = systemClock, random = Math.random }: LimitOptions) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#capacity = Math.max(1, perSecond);
    this.#balance = random() * this.#capacity;
    this.#lastMillis = this.#clock.monotonicMillis();
  }

  /** Whether there was a whole credit, which is then spent. */
  take(): boolean {
    this.#fill();
    if (this.#perSecond === 0 || this.#balance < wholeCredit) return false;
    this.#balance = Math.max(0, this.#balance - 1);
    return true;
  }

  /** From now on another rate; the bucket stays as full, in proportion. */
  update(perSecond: number): void {
    if (perSecond === this.#perSecond) return;
    this.#fill();
    const capacity = Math.max(1, perSecond);
    this.#balance *= capacity / this.#capacity;
    this.#capacity = capacity;
    this.#perSecond = perSecond;
  }

  #fill(): void {
    const now = this.#clock.monotonicMillis();
    // A clock that goes back gives nothing and takes nothing.
    const elapsedMillis = Math.max(0, now - this.#lastMillis);
    this.#lastMillis = now;
    this.#balance = Math.min(this.#capacity, this.#balance + (elapsedMillis / 1000) * this.#perSecond);
  }
}
