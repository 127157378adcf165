import type { SpanEvent, SpanRecord } from '@spanwise/wire/span-record';
import { attributeOf } from '@spanwise/wire/span-record';
import { sumNanos, union, without } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import { numberOf, numberTag } from './tag-of.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/** What `NodeRuntimeProbe` logs for a block. */
const blockEvent = 'event loop blocked';
const blockText = `${blockEvent} duration_ms=`;

/** A local root whose process was blocked in its time. */
interface BlockedRoot {
  readonly index: number;
  /** Within the local root, as its logs say. */
  readonly blocks: readonly Stretch[];
  readonly blockedNanos: number;
}

/**
 * Local roots with `spanwise.eventloop.blocked_ms`, and with logs that say when; not those of a process that had no processor. Requests of one process in one trace see the same blocks:
 * those of a service below one root are one finding, and count once.
 */
export function detectBlockedLoops(trace: TraceEvidence): Draft[] {
  const numbers = new Map<string, number>();
  const groups = new Map<number, BlockedRoot[]>();
  trace.tree.spans.forEach((span, index) => {
    const millis = numberTag(span, 'blockedMillis') ?? 0;
    if (!(millis >= trace.limits.blockedLoopMs) || millis <= 0) return;
    if (!hadProcessor(trace, span, millis)) {
      // Nor is it time that a span is missing for.
      trace.explain(blocksOf(trace, index));
      return;
    }
    const service = trace.service(index);
    if (!numbers.has(service)) numbers.set(service, numbers.size);
    const key = trace.pair(trace.top[index]!, numbers.get(service)!);
    const root = { index, blocks: blocksOf(trace, index), blockedNanos: Math.min(millis * 1e6, trace.nanos(index)) };
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [root]);
    else group.push(root);
  });
  if (groups.size === 0) return [];
  const members = membersByRoot(trace);
  return Array.from(groups.values(), (group) => draftOf(trace, group, members));
}

/** False when the process rather waited for a processor than kept one from its other work. */
function hadProcessor({ limits }: TraceEvidence, span: SpanRecord, blockedMillis: number): boolean {
  const used = numberTag(span, 'cpuMillis');
  return used === undefined || used >= limits.blockedLoopCpuShare * blockedMillis;
}

function blocksOf(trace: TraceEvidence, index: number): Stretch[] {
  const whole = trace.stretch(index);
  return trace.tree.spans[index]!.events.flatMap((event) => {
    const millis = blockMillis(event);
    const start = offsetOf(trace, event);
    return millis > 0 ? [{ start: Math.max(start, whole.start), end: Math.min(start + millis * 1e6, whole.end) }] : [];
  });
}

/** Zipkin has no fields: there the log is one text. */
function blockMillis({ name, attributes }: SpanEvent): number {
  if (name === blockEvent) return numberOf(attributeOf(attributes, 'duration_ms')) ?? 0;
  return name.startsWith(blockText) ? (numberOf(name.slice(blockText.length)) ?? 0) : 0;
}

function offsetOf({ tree }: TraceEvidence, { timeMicros, timeNanos }: SpanEvent): number {
  return (timeMicros - tree.originMicros) * 1000 + timeNanos;
}

/** For each local root the spans of its process: those below it, down to the next local root. */
function membersByRoot(trace: TraceEvidence): Map<number, number[]> {
  const { parent, order, spans } = trace.tree;
  const rootOf = new Int32Array(spans.length);
  const members = new Map<number, number[]>();
  for (const index of order) {
    const isRoot = trace.entry[index] === index || numberTag(spans[index]!, 'blockedMillis') !== undefined;
    rootOf[index] = isRoot ? index : rootOf[parent[index]!]!;
    const root = rootOf[index];
    if (isRoot) members.set(root, [index]);
    else members.get(root)!.push(index);
  }
  return members;
}

function draftOf(
  trace: TraceEvidence,
  group: readonly BlockedRoot[],
  members: ReadonlyMap<number, readonly number[]>,
): DraftOf<'blocked-event-loop'> {
  const onPath = group.flatMap((root) => heldUp(trace, root, members.get(root.index)!));
  const pathNanos = sumNanos(union(onPath));
  const blocks = union(group.flatMap((root) => root.blocks));
  const most = group.reduce((worst, root) => (root.blockedNanos > worst.blockedNanos ? root : worst));
  trace.explain(onPath);
  return {
    kind: 'blocked-event-loop',
    root: trace.top[group[0]!.index]!,
    evidence: group.map(({ index }) => index),
    savableNanos: pathNanos,
    savableHow: 'blocked-on-path',
    pathNanos,
    facts: {
      serviceName: trace.service(most.index),
      spanName: trace.name(most.index),
      blockedNanos: Math.max(most.blockedNanos, sumNanos(blocks)),
      longestNanos: blocks.reduce((longest, { start, end }) => Math.max(longest, end - start), 0),
    },
  };
}

/**
 * What the process had on the path while it was blocked. Calls that it made count, for it could not take their answers; what the
 * path has in other processes goes on meanwhile. Of blocks without a log it is not known when they were: they are as much of the path as
 * the process has.
 */
function heldUp(trace: TraceEvidence, { blocks, blockedNanos }: BlockedRoot, members: readonly number[]): Stretch[] {
  const logged = union(blocks);
  const own = members.flatMap((index) => trace.path.own(index));
  if (logged.length > 0) return own.flatMap((stretch) => within(stretch, logged));
  let left = blockedNanos;
  return own.map(({ start, end }) => {
    const nanos = Math.min(left, end - start);
    left -= nanos;
    return { start, end: start + nanos };
  });
}

function within(whole: Stretch, parts: readonly Stretch[]): Stretch[] {
  return without(whole, without(whole, parts));
}
