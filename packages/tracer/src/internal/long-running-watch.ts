import type { LongRunningSpansOptions } from '../long-running-spans.ts';
import type { Timer } from '../timers.ts';

/** How many spans one turn of the event loop reports: each is copied and encoded. */
const spansPerTurn = 256;

/** What the watch needs of the tracer. */
export interface LongRunningReport<Span> {
  /** Reports one span; says whether it is open and anybody was given it. Never throws. */
  report(span: Span): boolean;
  /** Runs this where no span is active: a timer keeps the context in which it was made. */
  detached<Result>(run: () => Result): Result;
}

/**
 * Knows the open spans of a tracer, and reports those that stay open.
 *
 * Two queues, because in each the span that came first is due first: what started waits `afterMillis`, what was reported
 * waits `everyMillis`. So one timer does, for the first of each, and a span that ends in time costs an entry in a map.
 */
export class LongRunningWatch<Span extends object> {
  /** Spans let go because there were too many. */
  dropped = 0;
  readonly #options: Required<LongRunningSpansOptions>;
  readonly #tracer: LongRunningReport<Span>;
  /** When each is due, on the timers' monotonic clock. */
  readonly #started: Map<Span, number> = new Map();
  readonly #reported: Map<Span, number> = new Map();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: Required<LongRunningSpansOptions>, tracer: LongRunningReport<Span>) {
    this.#options = options;
    this.#tracer = tracer;
  }

  started(span: Span): void {
    if (this.#closed) return;
    if (this.#started.size + this.#reported.size >= this.#options.maxSpans) this.#dropOldest();
    this.#started.set(span, this.#options.timers.monotonicMillis() + this.#options.afterMillis);
    if (this.#timer === undefined) this.#schedule(this.#options.afterMillis);
  }

  finished(span: Span): void {
    if (!this.#started.delete(span)) this.#reported.delete(span);
  }

  /** From now on nothing is watched. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#started.clear();
    this.#reported.clear();
  }

  #dropOldest(): void {
    const queue = this.#reported.size > 0 ? this.#reported : this.#started;
    for (const oldest of queue.keys()) {
      queue.delete(oldest);
      this.dropped += 1;
      return;
    }
  }

  #schedule(delayMillis: number): void {
    const { timers } = this.#options;
    this.#timer = this.#tracer.detached(() => timers.schedule(delayMillis, () => this.#reportDue()));
  }

  #reportDue(): void {
    this.#timer = undefined;
    const now = this.#options.timers.monotonicMillis();
    const due = [...dueOf(this.#reported, now), ...dueOf(this.#started, now)].slice(0, spansPerTurn);
    for (const span of due) {
      this.finished(span);
      // Before the report, because a recorder may finish the span.
      this.#reported.set(span, now + this.#options.everyMillis);
      if (!this.#tracer.report(span)) this.#reported.delete(span);
    }
    // A recorder that was given a span may have closed the tracer, or started a span and with it the timer.
    if (this.#closed || this.#timer !== undefined) return;
    const next = Math.min(firstOf(this.#started), firstOf(this.#reported));
    if (next !== Infinity) this.#schedule(Math.max(Math.ceil(next - now), 1));
  }
}

/** Those at the front of the queue whose time has come, at most a turn's. */
function dueOf<Span>(queue: ReadonlyMap<Span, number>, now: number): Span[] {
  const due: Span[] = [];
  for (const [span, dueMillis] of queue) {
    if (dueMillis > now || due.length === spansPerTurn) break;
    due.push(span);
  }
  return due;
}

function firstOf(queue: ReadonlyMap<unknown, number>): number {
  for (const dueMillis of queue.values()) return dueMillis;
  return Infinity;
}
