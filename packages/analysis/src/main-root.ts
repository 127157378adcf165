import type { TraceTree } from './trace-tree.ts';

/**
 * Position of the root that stands for the trace: the earliest span that names no parent, else the earliest root
 * (an orphan, or where a cycle was cut); -1 for an empty tree.
 */
export function mainRoot(tree: TraceTree): number {
  const whole = tree.roots.find((index) => {
    const { parentId0, parentId1, shared } = tree.spans[index]!;
    return (parentId0 | parentId1) === 0 && !shared;
  });
  return whole ?? tree.roots[0] ?? -1;
}
