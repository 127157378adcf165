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
  const shares = [...groupByOperation(tree, nanosBySpan(path)).values()];
  return shares
    .map((spans) => shareOf(tree, spans, total))
    .sort((left, right) => right.nanos - left.nanos || left.index - right.index);
}

type SpanNanos = readonly [index: number, nanos: number];

function nanosBySpan(path: readonly CriticalPathSegment[]): Map<number, number> {
  const nanos = new Map<number, number>();
  for (const segment of path) nanos.set(segment.index, (nanos.get(segment.index) ?? 0) + lengthOf(segment));
  return nanos;
}

function groupByOperation(tree: TraceTree, nanos: Map<number, number>): Map<string, SpanNanos[]> {
  const groups = new Map<string, SpanNanos[]>();
  for (const entry of nanos) {
    const { name, resource } = tree.spans[entry[0]]!;
    // The length keeps apart what would be one text otherwise.
    const key = `${resource.serviceName.length} ${resource.serviceName}${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
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
