import { SpanKind } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { indexIds } from '../id-index.ts';
import type { IdIndex } from '../id-index.ts';
import { startIsKnown } from '../span-times.ts';
import { unionNanos } from './stretch.ts';
import { numberTag, textTag } from './tag-of.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/** A message between its producer's end and its consumer's start. */
interface Wait {
  readonly producer: number;
  readonly consumer: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Consumers that begin long after their producer, which is their parent or a link of theirs, was done. Waits for one operation
 * count as one finding. What lay for minutes is told with nothing to save, for it may have been meant to; what its producer has scheduled is not.
 */
export function detectQueueWaits(trace: TraceEvidence): Draft[] {
  const waits = [...waitsOf(trace)].filter(({ start, end }) => end - start >= trace.limits.queueWaitMs * 1e6);
  const groups = new Map<number, Wait[]>();
  for (const wait of waits) {
    const key = trace.pair(trace.top[wait.producer]!, trace.calls.likeness(wait.consumer));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [wait]);
    else group.push(wait);
  }
  const subjects = new Set<number>();
  return Array.from(groups.values(), (group) => draftOf(trace, group, newSubject(group, subjects)));
}

/** A consumer that takes messages of several roots at once stands in a finding of each: only the first of these is about it. */
function newSubject(waits: readonly Wait[], subjects: Set<number>): number {
  const candidates = [...waits.map(({ consumer }) => consumer), ...waits.map(({ producer }) => producer)];
  const subject = candidates.find((index) => !subjects.has(index)) ?? candidates[0]!;
  subjects.add(subject);
  return subject;
}

function* waitsOf(trace: TraceEvidence): Generator<Wait> {
  const { spans, parent, startOffsetNanos, endOffsetNanos } = trace.tree;
  let ids: IdIndex | undefined;
  for (const [consumer, span] of spans.entries()) {
    if (span.kind !== SpanKind.consumer || !startIsKnown(span)) continue;
    const linked = span.links.map((link) => (ids ??= indexIds(spans)).find(link.spanId0, link.spanId1));
    for (const producer of new Set([parent[consumer]!, ...linked])) {
      if (spans[producer]?.kind !== SpanKind.producer || isScheduled(spans[producer])) continue;
      yield { producer, consumer, start: endOffsetNanos[producer]!, end: startOffsetNanos[consumer]! };
    }
  }
}

/** True when the producer says that the message is for later. */
function isScheduled(producer: SpanRecord): boolean {
  return numberTag(producer, 'deliveryTime') !== undefined || (numberTag(producer, 'deliveryDelay') ?? 0) > 0;
}

function draftOf(trace: TraceEvidence, waits: readonly Wait[], subject: number): DraftOf<'queue-wait'> {
  const { spans } = trace.tree;
  const { producer, consumer } = waits[0]!;
  const root = trace.top[producer]!;
  const waited = waits.filter((wait) => trace.stretch(wait.consumer).end <= trace.stretch(root).end);
  const onPath = trace.ownAbove(waited.map((wait) => [wait.producer, wait]));
  // Nobody at the root waits for a message that is dealt with after its end; whoever needs what comes of it does.
  const beside = waits.length > waited.length;
  const pathNanos = unionNanos(onPath);
  const undelayed = waits.filter(({ start, end }) => end - start < trace.limits.delayedMessageMs * 1e6);
  const savableNanos = beside ? unionNanos(undelayed) : pathNanos;
  trace.explain(onPath);
  return {
    kind: 'queue-wait',
    root,
    subject,
    evidence: [...new Set(waits.flatMap((wait) => [wait.producer, wait.consumer]))].sort((left, right) => left - right),
    savableNanos,
    savableHow: beside ? (savableNanos > 0 ? 'wait-beside-path' : 'nothing') : 'whole-wait',
    pathNanos,
    facts: {
      serviceName: trace.service(consumer),
      spanName: trace.name(consumer),
      producerName: trace.service(producer),
      destination: textTag(spans[consumer]!, 'destination') || textTag(spans[producer]!, 'destination'),
      count: waits.length,
      longestNanos: waits.reduce((longest, { start, end }) => Math.max(longest, end - start), 0),
    },
  };
}
