import { startIsKnown } from './span-times.ts';
import type { TraceTree } from './trace-tree.ts';

/**
 * Position of the root that stands for the trace: the earliest span that names no parent, else the earliest root
 * (an orphan, or where a cycle was cut); -1 for an empty tree. One whose start is not known stands behind the others.
 */
export function mainRoot(tree: TraceTree): number {
  const whole = tree.roots.filter((index) => isWholeRoot(tree, index));
  const candidates = whole.length === 0 ? tree.roots : whole;
  return candidates.find((index) => startIsKnown(tree.spans[index]!)) ?? candidates[0] ?? -1;
}

/** True when the span names no parent, and so begins a trace. The server's half of a shared span does not. */
export function isWholeRoot({ spans }: TraceTree, index: number): boolean {
  const { parentId0, parentId1, shared } = spans[index]!;
  return (parentId0 | parentId1) === 0 && !shared;
}
