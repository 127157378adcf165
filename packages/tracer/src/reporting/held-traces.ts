import type { SpanRecord } from '@spanwise/wire';
import { SpanFlags } from '@spanwise/wire';

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
  /** Monotonic milliseconds: since when a finished span waits, or with none the trace. */
  sinceMillis: number;
  /** Somebody wants it, whatever the rest says. */
  isWanted: boolean;
  /** Its neighbours among those that wait, or among those that are idle. */
  older: HeldTrace | undefined;
  newer: HeldTrace | undefined;
}

interface DecidedTrace {
  decision: TraceDecision;
  /** Started and not finished, before the decision or after it. */
  open: number;
  /** Monotonic milliseconds: since when spans have been open under this decision. */
  sinceMillis: number;
}

/** How much `HeldTraces` remembers, and by which clock. */
export interface HeldTracesLimits {
  readonly maxDecided: number;
  /** Spans that stay open keep a decision alive for so long. */
  readonly maxHoldMillis: number;
  readonly nowMillis: () => number;
}

/** Which trace a span belongs to, in one number: 53 bits of its id. Two traces of a process meet once in 10^15. */
export function traceKey({ traceId2, traceId3 }: Pick<SpanRecord, 'traceId2' | 'traceId3'>): number {
  return (traceId2 >>> 0) * 2 ** 21 + (traceId3 >>> 11);
}

/**
 * Traces that have spans open or waiting, and what became of those that were decided: a trace is one or the other. Spans
 * that the application forgets stay open for ever, so whoever uses this decides the longest waiting and the longest idle.
 */
export class HeldTraces {
  readonly #held: Map<number, HeldTrace> = new Map();
  /** Those with finished spans, the one that waits longest first. */
  readonly #waiting: TraceQueue = new TraceQueue();
  /** Those with nothing finished, the oldest first. */
  readonly #idle: TraceQueue = new TraceQueue();
  readonly #decided: Map<number, DecidedTrace> = new Map();
  readonly #limits: HeldTracesLimits;
  /** Finished spans that wait. */
  spans = 0;

  constructor(limits: HeldTracesLimits) {
    this.#limits = limits;
  }

  /** Traces of which nothing has finished. */
  get idle(): number {
    return this.#idle.size;
  }

  /** All that takes memory: traces that are held, and decisions. */
  get size(): number {
    return this.#held.size + this.#decided.size;
  }

  decision(key: number): TraceDecision | undefined {
    return this.#decided.get(key)?.decision;
  }

  /** The trace whose finished spans wait longest. */
  longestWaiting(): HeldTrace | undefined {
    return this.#waiting.oldest;
  }

  /** The oldest trace of those that have nothing finished. */
  longestIdle(): HeldTrace | undefined {
    return this.#idle.oldest;
  }

  /** The trace that is overdue first. */
  longestHeld(): HeldTrace | undefined {
    const waiting = this.#waiting.oldest;
    const idle = this.#idle.oldest;
    if (waiting === undefined || idle === undefined) return waiting ?? idle;
    return waiting.sinceMillis <= idle.sinceMillis ? waiting : idle;
  }

  find(key: number): HeldTrace | undefined {
    return this.#held.get(key);
  }

  /** A span of a trace has started, which is held or decided. */
  start(key: number, span: SpanRecord): void {
    const trace = this.#held.get(key);
    if (trace !== undefined) {
      trace.open += 1;
      return;
    }
    const decided = this.#decided.get(key);
    if (decided === undefined || (isLocalRoot(span) && !this.#isOpen(decided))) {
      this.#decided.delete(key);
      // What is still open ends as part of the new one, which waits for it.
      this.#holdNew(key, span).open = (decided?.open ?? 0) + 1;
      return;
    }
    if (decided.open === 0) decided.sinceMillis = this.#limits.nowMillis();
    decided.open += 1;
  }

  /** A span of a trace that is decided has ended. */
  end(key: number): void {
    const decided = this.#decided.get(key);
    if (decided !== undefined) decided.open = Math.max(0, decided.open - 1);
  }

  /** Keeps a finished span until its trace is decided. */
  hold(key: number, record: SpanRecord): HeldTrace {
    const trace = this.#held.get(key) ?? this.#holdNew(key, record);
    if (trace.records.length === 0) {
      trace.sinceMillis = this.#limits.nowMillis();
      this.#idle.delete(trace);
      this.#waiting.add(trace);
    }
    trace.records.push(record);
    trace.open -= 1;
    this.spans += 1;
    return trace;
  }

  decide(trace: HeldTrace, decision: TraceDecision): void {
    this.#held.delete(trace.key);
    (trace.records.length === 0 ? this.#idle : this.#waiting).delete(trace);
    this.spans -= trace.records.length;
    const open = Math.max(0, trace.open);
    this.#remember(trace.key, { decision, open, sinceMillis: open === 0 ? 0 : this.#limits.nowMillis() });
  }

  /** A trace that is not held is wanted, for the sake of a span of it. */
  want(key: number): void {
    const decided = this.#decided.get(key) ?? { open: 1, sinceMillis: this.#limits.nowMillis() };
    this.#remember(key, { ...decided, decision: 'wanted' });
  }

  #holdNew(key: number, { traceId2, traceId3, traceState }: SpanRecord): HeldTrace {
    const trace: HeldTrace = {
      key,
      first: { traceId2, traceId3, traceState },
      records: [],
      open: 0,
      sinceMillis: this.#limits.nowMillis(),
      isWanted: false,
      older: undefined,
      newer: undefined,
    };
    this.#held.set(key, trace);
    this.#idle.add(trace);
    return trace;
  }

  /** Whether its decision is one for local roots, too, that start now. */
  #isOpen({ open, sinceMillis }: DecidedTrace): boolean {
    return open > 0 && this.#limits.nowMillis() - sinceMillis < this.#limits.maxHoldMillis;
  }

  /** Later spans of the trace go the same way, as long as it is among the newest. */
  #remember(key: number, decided: DecidedTrace): void {
    this.#decided.delete(key);
    this.#decided.set(key, decided);
    if (this.#decided.size <= this.#limits.maxDecided) return;
    // Many at once: a map comes to its first entry only past all that were deleted before it. One by one it cost a trace 11 µs.
    let surplus = Math.ceil(this.#limits.maxDecided / 8);
    for (const oldest of this.#decided.keys()) {
      this.#decided.delete(oldest);
      surplus -= 1;
      if (surplus === 0) return;
    }
  }
}

/** Traces in the order in which they came. Not a set, for the reason above. */
class TraceQueue {
  oldest: HeldTrace | undefined;
  #newest: HeldTrace | undefined;
  size = 0;

  add(trace: HeldTrace): void {
    trace.older = this.#newest;
    if (this.#newest === undefined) this.oldest = trace;
    else this.#newest.newer = trace;
    this.#newest = trace;
    this.size += 1;
  }

  delete(trace: HeldTrace): void {
    const { older, newer } = trace;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    trace.older = undefined;
    trace.newer = undefined;
    this.size -= 1;
  }
}

/** What begins a part of a trace in this process: a span without a parent, or with one in another process. */
function isLocalRoot({ parentId0, parentId1, flags }: SpanRecord): boolean {
  return (parentId0 === 0 && parentId1 === 0) || (flags & remoteParent) === remoteParent;
}

const remoteParent = SpanFlags.hasIsRemote | SpanFlags.isRemote;
