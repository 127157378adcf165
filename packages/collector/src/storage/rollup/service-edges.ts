import { SpanKind } from '@spanwise/wire/span-record';

import type { Peer, RollUpSpan } from './roll-up-span.ts';
import { CalleeKind } from './roll-up-span.ts';
import type { SeriesTable } from './series-table.ts';
import { stepOf } from './series-table.ts';

/**
 * Adds the calls between services that spans show. A span is called when its caller is in another service, or is the client's or
 * producer's side of the same call; each is one call at its start, with the duration that the client saw, else its own.
 * Messages go to their broker and from there, when either side names it; of consumers that name several, the producer's is the
 * first by name. A client whose other side is not here calls the
 * database, broker or service that it names; a server whose caller is not here is called by what it names (Zipkin's
 * dependency links are found likewise). Where a name is empty there is no edge.
 *
 * A span that is neither a server's nor a consumer's and follows directly from one of these in another service is no call: it may
 * say where the trace came from, as that of a page does (Zipkin has no link there either; Jaeger has).
 *
 * What is found depends on the set of spans alone, not on their order.
 */
export function addServiceEdges(spans: readonly RollUpSpan[], edges: SeriesTable): void {
  const ids = new SpanIds(spans);
  const answered = new Uint8Array(spans.length);
  const brokers = new Map<number, Peer>();
  for (const span of spans) {
    const callerIndex = ids.callerOf(span);
    const caller = spans[callerIndex];
    if (caller === undefined) addCalledBy(span, edges);
    else if (isCall(caller, span)) addCall(span, caller, callerIndex, { answered, brokers, edges });
  }
  for (const [index, span] of spans.entries())
    if (answered[index] === 0) addUnanswered(span, span.peer ?? brokers.get(index), edges);
}

interface Found {
  /** By index: the span's call has its edge. */
  readonly answered: Uint8Array;
  /** By index: what consumers call the broker of a producer that does not name it. */
  readonly brokers: Map<number, Peer>;
  readonly edges: SeriesTable;
}

function addCalledBy(span: RollUpSpan, edges: SeriesTable): void {
  if (isCalledSide(span) && span.peer !== undefined)
    addEdge(edges, span.peer.name, span.service, CalleeKind.service, span);
}

function addCall(span: RollUpSpan, caller: RollUpSpan, callerIndex: number, found: Found): void {
  const { answered, brokers, edges } = found;
  const broker = brokerOf(caller, span);
  if (broker === undefined) {
    answered[callerIndex] = 1;
    const observer = caller.kind === SpanKind.client ? caller : span;
    addEdge(edges, caller.service, span.service, CalleeKind.service, span, observer);
    return;
  }
  // The way to the broker is the producer's own call.
  addEdge(edges, broker.name, span.service, CalleeKind.service, span);
  if (caller.kind !== SpanKind.producer) return;
  const named = brokers.get(callerIndex);
  if (named === undefined || broker.name < named.name)
    brokers.set(callerIndex, { name: broker.name, kind: CalleeKind.broker });
}

function addUnanswered(span: RollUpSpan, peer: Peer | undefined, edges: SeriesTable): void {
  const isCalling = span.kind === SpanKind.client || span.kind === SpanKind.producer;
  if (isCalling && peer !== undefined) addEdge(edges, span.service, peer.name, peer.kind, span);
}

function isCall(caller: RollUpSpan, span: RollUpSpan): boolean {
  // Who was called itself does not call by this span: a page whose trace goes on from the server's span that delivered it.
  if (caller.service !== span.service) return isCalledSide(span) || !isCalledSide(caller);
  return isCalledSide(span) && (caller.kind === SpanKind.client || caller.kind === SpanKind.producer);
}

function isCalledSide({ kind, shared }: RollUpSpan): boolean {
  return shared || kind === SpanKind.server || kind === SpanKind.consumer;
}

/** What a server or an internal span names is not where its messages go. */
function brokerOf(caller: RollUpSpan, span: RollUpSpan): Peer | undefined {
  const ofConsumer = span.kind === SpanKind.consumer ? span.peer : undefined;
  return ofConsumer ?? (caller.kind === SpanKind.producer ? caller.peer : undefined);
}

/** `observer` is the side that the duration is taken from; either side's error is the call's. */
function addEdge(
  edges: SeriesTable,
  caller: string,
  callee: string,
  kind: CalleeKind,
  span: RollUpSpan,
  observer: RollUpSpan = span,
): void {
  if (caller === '' || callee === '') return;
  edges.cell(caller, callee, kind, stepOf(span.startMicros)).add({
    weight: span.weight,
    failed: span.failed || observer.failed,
    durationNanos: observer.durationNanos ?? span.durationNanos,
    exemplar: span.traceId,
  });
}

/** Finds spans by trace and id. */
class SpanIds {
  readonly #spans: readonly RollUpSpan[];
  readonly #newest: Int32Array;
  readonly #before: Int32Array;

  constructor(spans: readonly RollUpSpan[]) {
    this.#spans = spans;
    this.#newest = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(spans.length * 2, 16)))).fill(-1);
    this.#before = new Int32Array(spans.length);
    for (const [index, { traceId, spanId0, spanId1 }] of spans.entries()) {
      const slot = this.#slot(traceId[3], spanId0, spanId1);
      this.#before[index] = this.#newest[slot] as number;
      this.#newest[slot] = index;
    }
  }

  /** Where the caller of a span is: the client half of its own id, else its parent; -1 when neither is here. */
  callerOf(span: RollUpSpan): number {
    const { spanId0, spanId1, parentId0, parentId1 } = span;
    if (span.shared || span.kind === SpanKind.server) {
      const half = this.#best(span, spanId0, spanId1, (other) =>
        other.kind === SpanKind.client && !other.shared ? 1 : 0,
      );
      if (half !== -1) return half;
    }
    if ((parentId0 | parentId1) === 0) return -1;
    // A parent id with two halves: the work is the server half's where it is in that service.
    return this.#best(span, parentId0, parentId1, (other) => {
      if (other.service === span.service && isCalledSide(other)) return 3;
      return other.kind === SpanKind.client ? 2 : 1;
    });
  }

  /** The one with the highest rank above 0, of those the earliest. */
  #best(span: RollUpSpan, id0: number, id1: number, rankOf: (other: RollUpSpan) => number): number {
    const [, , traceId2, traceId3] = span.traceId;
    let best = -1;
    let bestRank = 0;
    for (
      let index = this.#newest[this.#slot(traceId3, id0, id1)] as number;
      index !== -1;
      index = this.#before[index]!
    ) {
      const other = this.#spans[index] as RollUpSpan;
      const isSameId = other.spanId1 === id1 && other.spanId0 === id0;
      if (!isSameId || other === span || other.traceId[3] !== traceId3 || other.traceId[2] !== traceId2) continue;
      const rank = rankOf(other);
      if (rank < bestRank || rank === 0) continue;
      if (rank === bestRank && compareSpans(this.#spans[best] as RollUpSpan, other) <= 0) continue;
      best = index;
      bestRank = rank;
    }
    return best;
  }

  #slot(traceId3: number, id0: number, id1: number): number {
    const mixed = Math.imul(traceId3 ^ Math.imul(id0, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(id1, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & (this.#newest.length - 1);
  }
}

/** By all that an edge takes of a caller, so that it does not matter which of two is said to be the first. */
function compareSpans(a: RollUpSpan, b: RollUpSpan): number {
  return (
    a.startMicros - b.startMicros ||
    a.kind - b.kind ||
    compareTexts(a.service, b.service) ||
    Number(a.failed) - Number(b.failed) ||
    (a.durationNanos ?? -1) - (b.durationNanos ?? -1) ||
    compareTexts(a.peer?.name ?? '', b.peer?.name ?? '')
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
