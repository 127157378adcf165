import type { TraceTree } from '@spanwise/analysis';
import type { SpanRecord } from '@spanwise/wire/span-record';

/** Siblings of one service, operation and kind. Arrays are indexed by the position of a span in the tree. */
export interface LikeGroups {
  /** The first member of the span's group; -1 for a span in no group. */
  readonly leader: Int32Array;
  /** Members by start, for each leader. */
  readonly members: ReadonlyMap<number, Int32Array>;
}

/** Fewer like siblings than this are read faster one by one. */
export const leastAlike = 10;

/** Finds the siblings, roots among them, that can be shown as one. One pass for each fact. */
export function likeGroups(tree: TraceTree, least: number = leastAlike): LikeGroups {
  const kinds = operationNumbers(tree.spans);
  const most = tree.spans.length + 1;
  const keyOf = (index: number): number => kinds[index]! * most + tree.parent[index]! + 1;
  const counts = new Map<number, number>();
  for (let index = 0; index < tree.spans.length; index++) {
    const key = keyOf(index);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const leader = new Int32Array(tree.spans.length).fill(-1);
  const groups = new Map<number, number[]>();
  for (const index of tree.order) {
    const key = keyOf(index);
    if (counts.get(key)! < least) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
    leader[index] = (group ?? [index])[0]!;
  }
  const members = new Map(Array.from(groups.values(), (group) => [group[0]!, Int32Array.from(group)]));
  return { leader, members };
}

/** The same number for spans of one service, operation and kind. */
function operationNumbers(spans: readonly SpanRecord[]): Int32Array {
  // Maps of maps: to make one text of three for each span takes longer than all else here.
  const services = new Map<string, Map<string, number[]>>();
  let count = 0;
  return Int32Array.from(spans, ({ resource, name, kind }) => {
    let names = services.get(resource.serviceName);
    if (names === undefined) services.set(resource.serviceName, (names = new Map()));
    let kinds = names.get(name);
    if (kinds === undefined) names.set(name, (kinds = []));
    return (kinds[kind] ??= count++);
  });
}

/** What a row says that stands for all members of a group. */
export interface LikeFacts {
  readonly count: number;
  /** Spans without a row of their own: the members but one, and everything under them. */
  readonly hides: number;
  readonly errorCount: number;
  readonly totalNanos: number;
  readonly shortestNanos: number;
  readonly longestNanos: number;
}

export function likeFacts(tree: TraceTree, error: Uint8Array, members: Int32Array): LikeFacts {
  let [hides, errorCount, totalNanos, shortestNanos, longestNanos] = [-1, 0, 0, Infinity, 0];
  for (const index of members) {
    const nanos = tree.endOffsetNanos[index]! - tree.startOffsetNanos[index]!;
    hides += tree.subtreeSize[index]!;
    errorCount += error[index]!;
    totalNanos += nanos;
    shortestNanos = Math.min(shortestNanos, nanos);
    longestNanos = Math.max(longestNanos, nanos);
  }
  return { count: members.length, hides, errorCount, totalNanos, shortestNanos, longestNanos };
}
