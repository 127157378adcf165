import type { CriticalPathSegment } from './critical-path.ts';
import type { TraceTree } from './trace-tree.ts';

/** What one operation of one service adds to a critical path. */
export interface PathShare {
  readonly serviceName: string;
  readonly spanName: string;
  readonly nanos: number;
  /** Part of the whole path, 0–1. */
  readonly share: number;
  /** Different spans of this operation on the path. */
  readonly spanCount: number;
  /** Position of the span among them that adds most. */
  readonly index: number;
}

/** Sums a critical path by service and operation, the largest first. */
export function pathShares(tree: TraceTree, path: readonly CriticalPathSegment[]): PathShare[] {
  const total = path.reduce((sum, segment) => sum + lengthOf(segment), 0);
  return groupByOperation(tree, nanosBySpan(tree, path))
    .map((spans) => shareOf(tree, spans, total))
    .sort((left, right) => right.nanos - left.nanos || left.index - right.index);
}

type SpanNanos = readonly [index: number, nanos: number];

/** Each span of the path once, as the path comes to it. */
function nanosBySpan(tree: TraceTree, path: readonly CriticalPathSegment[]): SpanNanos[] {
  const nanos = new Float64Array(tree.spans.length).fill(-1);
  const indexes: number[] = [];
  for (const segment of path) {
    if (nanos[segment.index] === -1) indexes.push(segment.index);
    nanos[segment.index] = Math.max(0, nanos[segment.index]!) + lengthOf(segment);
  }
  return indexes.map((index) => [index, nanos[index]!]);
}

function groupByOperation(tree: TraceTree, spans: readonly SpanNanos[]): SpanNanos[][] {
  // A map of maps: to make one text of two for each span takes longer than all else here.
  const services = new Map<string, Map<string, SpanNanos[]>>();
  const groups: SpanNanos[][] = [];
  for (const entry of spans) {
    const { name, resource } = tree.spans[entry[0]]!;
    let names = services.get(resource.serviceName);
    if (names === undefined) services.set(resource.serviceName, (names = new Map()));
    let group = names.get(name);
    if (group === undefined) {
      groups.push((group = []));
      names.set(name, group);
    }
    group.push(entry);
  }
  return groups;
}

function shareOf(tree: TraceTree, spans: readonly SpanNanos[], total: number): PathShare {
  const nanos = spans.reduce((sum, [, own]) => sum + own, 0);
  const [index] = spans.reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  const { name, resource } = tree.spans[index]!;
  return {
    serviceName: resource.serviceName,
    spanName: name,
    nanos,
    share: nanos / total,
    spanCount: spans.length,
    index,
  };
}

function lengthOf(segment: CriticalPathSegment): number {
  return segment.endOffsetNanos - segment.startOffsetNanos;
}
