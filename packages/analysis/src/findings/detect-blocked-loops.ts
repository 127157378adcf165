import { SpanKind } from '@spanwise/wire/span-record';
import { loopBlocks } from './loop-blocks.ts';
import type { LoopBlock } from './loop-blocks.ts';
import { sumNanos, union, without } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import { numberTag } from './tag-of.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';
import { isNewProcess, leastMillis } from './warm-up.ts';

/** Blocks without a log are each short; so much of their local root they must be together. */
const shortBlocksShare = 0.5;

/** A local root whose process was blocked in its time. */
interface BlockedRoot {
  readonly index: number;
  /** Within the local root, as its logs say. */
  readonly blocks: readonly Stretch[];
  readonly blockedNanos: number;
}

/**
 * Local roots with `spanwise.eventloop.blocked_ms`, and with logs that say when; not those of a process that had no processor, nor what
 * code costs that is loaded and compiled when it runs first. Requests of one process in one trace see the same blocks: those of a service
 * below one root are one finding, and count once.
 */
export function detectBlockedLoops(trace: TraceEvidence): Draft[] {
  const numbers = new Map<string, number>();
  const groups = new Map<number, BlockedRoot[]>();
  for (let index = 0; index < trace.tree.spans.length; index++) {
    const root = blockedRoot(trace, index);
    if (root === undefined) continue;
    const service = trace.service(index);
    if (!numbers.has(service)) numbers.set(service, numbers.size);
    const key = trace.pair(trace.top[index]!, numbers.get(service)!);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [root]);
    else group.push(root);
  }
  if (groups.size === 0) return [];
  const members = membersByRoot(trace);
  return Array.from(groups.values(), (group) => draftOf(trace, group, members));
}

function blockedRoot(trace: TraceEvidence, index: number): BlockedRoot | undefined {
  const millis = numberTag(trace.tree.spans[index]!, 'blockedMillis') ?? 0;
  if (!(millis > 0)) return undefined;
  const logged = loopBlocks(trace, index);
  const least = leastMillis(trace, index, trace.limits.blockedLoopMs);
  const blocks = logged.filter(
    (block) => block.end > block.start && block.millis >= least && hadProcessor(trace, index, block),
  );
  if (blocks.length > 0) return { index, blocks, blockedNanos: Math.min(sumNanos(blocks), trace.nanos(index)) };
  // Nor is it time that a span is missing for.
  trace.explain(logged);
  const shortMillis = millis - logged.reduce((sum, block) => sum + block.millis, 0);
  return isNewProcess(trace, index) ? undefined : rootOfShortBlocks(trace, index, shortMillis);
}

/**
 * False when the process rather waited for a processor than kept one from its other work. On a busy machine it may have done
 * both: what used a processor for as long as a block has to be is one, however long the rest took.
 */
function hadProcessor({ tree, limits }: TraceEvidence, index: number, { millis, cpuMillis }: Processed): boolean {
  const { blockedLoopCpuShare: share, blockedLoopMs } = limits;
  if (cpuMillis !== undefined) return cpuMillis >= Math.min(share * millis, blockedLoopMs);
  const used = numberTag(tree.spans[index]!, 'cpuMillis');
  return used === undefined || used >= share * (numberTag(tree.spans[index]!, 'blockedMillis') ?? 0);
}

type Processed = Pick<LoopBlock, 'millis' | 'cpuMillis'>;

/** Blocks that are too short for a log, of a process that came to hardly anything else. */
function rootOfShortBlocks(trace: TraceEvidence, index: number, millis: number): BlockedRoot | undefined {
  const nanos = millis * 1e6;
  if (!(millis >= trace.limits.blockedLoopSumMs) || nanos <= 0 || nanos < shortBlocksShare * trace.nanos(index))
    return undefined;
  if (!hadProcessor(trace, index, { millis, cpuMillis: undefined })) return undefined;
  return { index, blocks: [], blockedNanos: Math.min(nanos, trace.nanos(index)) };
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
  const suspects = group.filter((root) => !hadCallUnderWay(trace, root, members.get(root.index)!));
  const most = (suspects.length > 0 ? suspects : group).reduce((worst, root) =>
    root.blockedNanos > worst.blockedNanos ? root : worst,
  );
  trace.explain(onPath);
  return {
    kind: 'blocked-event-loop',
    root: trace.top[group[0]!.index]!,
    subject: most.index,
    evidence: group.map(({ index }) => index),
    savableNanos: pathNanos,
    savableHow: 'blocked-on-path',
    pathNanos,
    facts: {
      serviceName: trace.service(most.index),
      spanName: trace.name(most.index),
      byOthers: suspects.length === 0,
      blockedNanos: Math.max(most.blockedNanos, sumNanos(blocks)),
      longestNanos: blocks.reduce((longest, { start, end }) => Math.max(longest, end - start), 0),
    },
  };
}

/** When the longest of its blocks began. A block is told up to 10 ms late, so a call whose answer set it off has ended by then. */
function hadCallUnderWay(trace: TraceEvidence, { blocks }: BlockedRoot, members: readonly number[]): boolean {
  if (blocks.length === 0) return false;
  const { start } = blocks.reduce((longest, block) =>
    block.end - block.start > longest.end - longest.start ? block : longest,
  );
  return members.some((index) => {
    if (trace.calls.at(index) === undefined && trace.tree.spans[index]!.kind !== SpanKind.producer) return false;
    const call = trace.stretch(index);
    return call.start < start && call.end > start;
  });
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
