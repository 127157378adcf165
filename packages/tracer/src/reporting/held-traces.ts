import type { SpanRecord } from '@spanwise/wire';

/** The spans of one trace in this process that wait for its decision. */
export interface HeldTrace {
  readonly key: number;
  readonly records: SpanRecord[];
  /** Started and not finished. */
  open: number;
  /** Monotonic. */
  readonly sinceMillis: number;
  /** Somebody wants it, whatever the rest says. */
  wanted: boolean;
}

/** Which trace a span belongs to, in one number: 53 bits of its id. Two traces of a process meet once in 10^15. */
export function traceKey({ traceId2, traceId3 }: Pick<SpanRecord, 'traceId2' | 'traceId3'>): number {
  return (traceId2 >>> 0) * 2 ** 21 + (traceId3 >>> 11);
}

/** Traces that wait, the oldest first, and what became of those that were decided. Both are bounded by who uses it. */
export class HeldTraces {
  readonly #held: Map<number, HeldTrace> = new Map();
  readonly #decided: Map<number, boolean> = new Map();
  readonly #maxDecided: number;
  /** Spans that wait. */
  spans = 0;

  constructor(maxDecided: number) {
    this.#maxDecided = maxDecided;
  }

  /** What was decided of a trace, or undefined. */
  decision(key: number): boolean | undefined {
    return this.#decided.get(key);
  }

  oldest(): HeldTrace | undefined {
    return this.#held.values().next().value;
  }

  find(key: number): HeldTrace | undefined {
    return this.#held.get(key);
  }

  findOrHold(key: number, nowMillis: number): HeldTrace {
    let trace = this.#held.get(key);
    if (trace === undefined) {
      trace = { key, records: [], open: 0, sinceMillis: nowMillis, wanted: false };
      this.#held.set(key, trace);
    }
    return trace;
  }

  hold(trace: HeldTrace, record: SpanRecord): void {
    trace.records.push(record);
    this.spans += 1;
  }

  decide(trace: HeldTrace, keep: boolean): void {
    this.#held.delete(trace.key);
    this.spans -= trace.records.length;
    this.remember(trace.key, keep);
  }

  /** Later spans of the trace go the same way, as long as it is not too old. */
  remember(key: number, keep: boolean): void {
    this.#decided.delete(key);
    this.#decided.set(key, keep);
    if (this.#decided.size <= this.#maxDecided) return;
    const [oldest] = this.#decided.keys();
    if (oldest !== undefined) this.#decided.delete(oldest);
  }
}
