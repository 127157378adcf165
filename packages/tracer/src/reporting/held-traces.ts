import type { SpanRecord } from '@spanwise/wire';

/** What becomes of a trace: kept for itself, kept as one of the share, or not kept. */
export type TraceDecision = 'wanted' | 'share' | 'dropped';

/** The spans of one trace in this process that wait for its decision. */
export interface HeldTrace {
  readonly key: number;
  /** The first span that was seen of it: what the share is decided by. */
  readonly first: Pick<SpanRecord, 'traceId2' | 'traceId3' | 'traceState'>;
  readonly records: SpanRecord[];
  /** Started and not finished. */
  open: number;
  /** Monotonic milliseconds: since when a finished span waits. */
  waitingSince: number;
  /** Somebody wants it, whatever the rest says. */
  isWanted: boolean;
}

/** Which trace a span belongs to, in one number: 53 bits of its id. Two traces of a process meet once in 10^15. */
export function traceKey({ traceId2, traceId3 }: Pick<SpanRecord, 'traceId2' | 'traceId3'>): number {
  return (traceId2 >>> 0) * 2 ** 21 + (traceId3 >>> 11);
}

/**
 * Traces that have spans open or waiting, and what became of those that were decided. A trace without a finished span holds
 * nothing of it and is bounded by what the application has open; whoever uses this bounds the rest.
 */
export class HeldTraces {
  readonly #held: Map<number, HeldTrace> = new Map();
  /** Those with finished spans, the one that waits longest first. */
  readonly #waiting: Set<HeldTrace> = new Set();
  readonly #decided: Map<number, TraceDecision> = new Map();
  readonly #maxDecided: number;
  /** Finished spans that wait. */
  spans = 0;

  constructor(maxDecided: number) {
    this.#maxDecided = maxDecided;
  }

  decision(key: number): TraceDecision | undefined {
    return this.#decided.get(key);
  }

  /** The trace whose finished spans wait longest. */
  longestWaiting(): HeldTrace | undefined {
    return this.#waiting.values().next().value;
  }

  find(key: number): HeldTrace | undefined {
    return this.#held.get(key);
  }

  findOrHold(key: number, span: SpanRecord): HeldTrace {
    let trace = this.#held.get(key);
    if (trace === undefined) {
      const { traceId2, traceId3, traceState } = span;
      trace = {
        key,
        first: { traceId2, traceId3, traceState },
        records: [],
        open: 0,
        waitingSince: 0,
        isWanted: false,
      };
      this.#held.set(key, trace);
    }
    return trace;
  }

  /** Keeps a finished span until its trace is decided. */
  hold(trace: HeldTrace, record: SpanRecord, nowMillis: number): void {
    if (trace.records.length === 0) {
      trace.waitingSince = nowMillis;
      this.#waiting.add(trace);
    }
    trace.records.push(record);
    this.spans += 1;
  }

  decide(trace: HeldTrace, decision: TraceDecision): void {
    this.#held.delete(trace.key);
    this.#waiting.delete(trace);
    this.spans -= trace.records.length;
    this.remember(trace.key, decision);
  }

  /** Later spans of the trace go the same way, as long as it is among the newest. */
  remember(key: number, decision: TraceDecision): void {
    this.#decided.delete(key);
    this.#decided.set(key, decision);
    if (this.#decided.size <= this.#maxDecided) return;
    const [oldest] = this.#decided.keys();
    if (oldest !== undefined) this.#decided.delete(oldest);
  }
}
