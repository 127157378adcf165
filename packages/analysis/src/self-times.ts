import { groupByParent } from './children.ts';
import type { Children } from './children.ts';
import type { TraceTree } from './trace-tree.ts';

/**
 * For each span (by its position in `tree.spans`) the nanoseconds of it that none of its children covers: what it did
 * itself, or what nobody traced. Children are cut to their parent, overlapping ones count once, and detached ones not at
 * all. In a trace without overlaps the self times under a root add up to the root's duration.
 */
export function selfTimes(tree: TraceTree): Float64Array {
  const children = groupByParent(tree.parent);
  return Float64Array.from(tree.spans, (_, index) => {
    const total = tree.endOffsetNanos[index]! - tree.startOffsetNanos[index]!;
    return total - coveredNanos(tree, children, index);
  });
}

/** Sweeps over the children, who are sorted by start, and adds up what the earlier ones have not covered. */
function coveredNanos(tree: TraceTree, { offsets, positions }: Children, index: number): number {
  let covered = 0;
  let cursor = tree.startOffsetNanos[index]!;
  for (let at = offsets[index]!; at < offsets[index + 1]!; at++) {
    const child = positions[at]!;
    if (tree.detached[child] === 1) continue;
    const start = Math.max(cursor, tree.startOffsetNanos[child]!);
    const end = Math.min(tree.endOffsetNanos[index]!, tree.endOffsetNanos[child]!);
    if (end <= start) continue;
    covered += end - start;
    cursor = end;
  }
  return covered;
}
