import type { Clock } from '../clock.ts';

/** One reading of both clocks at a moment: turns monotonic milliseconds into microseconds since the Unix epoch. */
export interface Anchor {
  readonly monotonicMillis: number;
  /** Whole. */
  readonly epochMicros: number;
  /** The monotonic time at which a newer anchor took over. */
  replacedMillis: number;
}

const checkEveryMillis = 1000;
/** Less is the grain of the wall clock and of the scheduler. */
const toleratedDriftMillis = 10;
/** Beyond it the two readings of one check do not belong together: the thread was held up between them. */
const toleratedGapMillis = 1;
const keptAfterReplacementMillis = 600_000;

/**
 * What a reading of the wall clock may lie before the anchored time of the same moment, in nanoseconds: the drift that is tolerated
 * and the millisecond that is its grain.
 */
export const wallClockErrorNanos: number = (toleratedDriftMillis + 1) * 1e6;

/**
 * Monotonic time anchored to wall time. When the wall clock is set, or the machine slept, new traces get a new anchor
 * within a second; a span keeps the anchor it started with, and so do its children, so that a trace in progress is not
 * torn apart.
 */
export class Timeline {
  readonly #clock: Clock;
  #anchor: Anchor;
  #checkedMillis: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#anchor = anchorAt(clock);
    this.#checkedMillis = this.#anchor.monotonicMillis;
  }

  /** The monotonic clock, in fractional milliseconds. */
  nowMillis(): number {
    return this.#clock.monotonicMillis();
  }

  /** The anchor for a span that starts now and has no parent here. */
  anchorForRoot(nowMillis: number): Anchor {
    if (nowMillis - this.#checkedMillis >= checkEveryMillis) this.#check(nowMillis);
    return this.#anchor;
  }

  /** The parent's, unless it was replaced long ago: a parent may live as long as the process. */
  anchorForChild(parent: Anchor, nowMillis: number): Anchor {
    if (parent === this.#anchor || nowMillis - parent.replacedMillis < keptAfterReplacementMillis) return parent;
    return this.anchorForRoot(nowMillis);
  }

  /**
   * For a span whose start the caller read from a clock: its end is to be of the wall clock too, however long ago the other
   * anchor was made. A start that lies ahead by no more than clocks differ is now.
   */
  anchorForGiven(startMicros: number): Anchor {
    const anchor = anchorAt(this.#clock);
    const aheadMicros = startMicros - anchor.epochMicros;
    return aheadMicros > 0 && aheadMicros * 1000 <= wallClockErrorNanos
      ? { ...anchor, epochMicros: startMicros }
      : anchor;
  }

  #check(nowMillis: number): void {
    const fresh = anchorAt(this.#clock);
    if (this.#clock.monotonicMillis() - fresh.monotonicMillis > toleratedGapMillis) return;
    this.#checkedMillis = nowMillis;
    const elapsedMicros = (fresh.monotonicMillis - this.#anchor.monotonicMillis) * 1000;
    const driftMicros = Math.abs(fresh.epochMicros - this.#anchor.epochMicros - elapsedMicros);
    if (driftMicros <= toleratedDriftMillis * 1000) return;
    this.#anchor.replacedMillis = nowMillis;
    this.#anchor = fresh;
  }
}

function anchorAt(clock: Clock): Anchor {
  const monotonicMillis = clock.monotonicMillis();
  return {
    monotonicMillis,
    epochMicros: Math.round(clock.wallMillis() * 1000),
    replacedMillis: Number.POSITIVE_INFINITY,
  };
}
