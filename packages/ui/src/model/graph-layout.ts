import type { PathTree } from './path-tree.ts';

/** Places of the nodes of the trace graph: columns by level, rows such that parents stand beside their children. */
export interface GraphLayout {
  /** Row of each node, in rows of the height of one node; may lie between two. */
  readonly row: Float64Array;
  readonly rows: number;
}

/** A parent of many stands no further below its first child than this many rows, so that both are seen together. */
const lowest = 3;

/** Leaves one under another, each parent in the middle of its children or near the first of them. */
export function graphLayout({ size, parent, subtreeSize }: PathTree): GraphLayout {
  const row = new Float64Array(size);
  const [first, last] = [new Float64Array(size).fill(-1), new Float64Array(size)];
  let rows = 0;
  for (let node = 0; node < size; node++) if (subtreeSize[node] === 1) row[node] = rows++;
  for (let node = size - 1; node >= 0; node--) {
    if (subtreeSize[node] !== 1) row[node] = Math.min((first[node]! + last[node]!) / 2, first[node]! + lowest);
    const above = parent[node]!;
    if (above === -1) continue;
    // Backwards through the pre-order the last child comes first.
    if (first[above] === -1) last[above] = row[node]!;
    first[above] = row[node]!;
  }
  return { row, rows };
}

/** Pixels of a node and of the room between columns. */
export interface GraphMeasures {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  readonly columnGap: number;
  readonly rowGap: number;
}

export interface GraphRectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The upper left corner of a node. */
export function graphPlace(
  tree: PathTree,
  layout: GraphLayout,
  measures: GraphMeasures,
  node: number,
): { readonly x: number; readonly y: number } {
  return {
    x: tree.depth[node]! * (measures.nodeWidth + measures.columnGap),
    y: layout.row[node]! * (measures.nodeHeight + measures.rowGap),
  };
}

/** Nodes that lie at least partly in a rectangle, and nodes whose edge from their parent crosses it. */
export function graphInView(
  tree: PathTree,
  layout: GraphLayout,
  measures: GraphMeasures,
  view: GraphRectangle,
): { readonly nodes: number[]; readonly edges: number[] } {
  const [nodes, edges]: [number[], number[]] = [[], []];
  const place = (node: number): { x: number; y: number } => graphPlace(tree, layout, measures, node);
  const [right, bottom] = [view.left + view.width, view.top + view.height];
  for (let node = 0; node < tree.size; node++) {
    const { x, y } = place(node);
    const beside = x + measures.nodeWidth < view.left || x > right;
    if (!beside && y + measures.nodeHeight >= view.top && y <= bottom) nodes.push(node);
    const above = tree.parent[node]!;
    if (above === -1 || x < view.left || x - measures.columnGap > right) continue;
    const from = place(above).y;
    if (Math.max(from, y) + measures.nodeHeight >= view.top && Math.min(from, y) <= bottom) edges.push(node);
  }
  return { nodes, edges };
}
