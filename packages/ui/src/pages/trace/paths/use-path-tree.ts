import { useMemo } from 'react';
import { markedNodes, nodeAway, pathTree } from '../../../model/path-tree.ts';
import type { NodeMove, PathTree } from '../../../model/path-tree.ts';
import type { TraceView } from '../use-trace-view.ts';

/** The trace by paths, with what the view says about them. Nodes are -1 where there is none. */
export interface Paths {
  readonly tree: PathTree;
  readonly selected: number;
  readonly zoomed: number;
  /** Marks of nodes that the search finds; absent without a search. */
  readonly matched: Uint8Array | undefined;
  readonly select: (node: number) => void;
  readonly move: (move: NodeMove) => void;
}

/** Paths of what is in focus and picked out. */
export function usePaths({ model, view, only, matches, update }: TraceView): Paths {
  const { focus, selected, path } = view;
  const tree = useMemo(() => pathTree(model, { focus, only }), [model, focus, only]);
  const matched = useMemo(() => markedNodes(tree, matches), [tree, matches]);
  const nodeOf = (index: number): number => (index === -1 ? -1 : tree.nodeOf[index]!);
  const select = (node: number): void => {
    const index = tree.longest[node];
    if (index !== undefined) update((held) => ({ ...held, selected: index, panelOpen: true }));
  };
  return {
    tree,
    selected: nodeOf(selected),
    zoomed: nodeOf(path),
    matched,
    select,
    move: (move) => select(nodeAway(tree, nodeOf(selected), move)),
  };
}
