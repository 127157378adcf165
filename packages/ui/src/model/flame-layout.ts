import type { PathTree } from './path-tree.ts';

/** Where nodes stand from the left, in nanoseconds of work; a node is as wide as its `workNanos`. */
export interface FlameLayout {
  readonly left: Float64Array;
  readonly totalNanos: number;
}

/** Roots side by side, children from the left edge of their parent on. */
export function flameLayout({ parent, workNanos, size }: PathTree): FlameLayout {
  const left = new Float64Array(size);
  // Where the next child of each node goes.
  const cursor = new Float64Array(size);
  let totalNanos = 0;
  for (let node = 0; node < size; node++) {
    const above = parent[node]!;
    left[node] = above === -1 ? totalNanos : cursor[above]!;
    cursor[node] = left[node]!;
    if (above === -1) totalNanos += workNanos[node]!;
    else cursor[above] = left[node]! + workNanos[node]!;
  }
  return { left, totalNanos };
}

/** A box of the flame graph in pixels. */
export interface FlameBox {
  readonly node: number;
  readonly x: number;
  readonly width: number;
  /** Above what is zoomed to. */
  readonly above: boolean;
}

/** What is narrower is not drawn. */
const thinnest = 0.5;

/**
 * The boxes of the levels from `firstLevel` up to `endLevel` when `zoomed` (-1 for all) fills the width. Subtrees that
 * are too narrow to be seen are skipped, so the work depends on the pixels.
 */
export function flameBoxes(
  tree: PathTree,
  layout: FlameLayout,
  zoomed: number,
  width: number,
  firstLevel: number,
  endLevel: number,
): FlameBox[] {
  const from = zoomed === -1 ? 0 : layout.left[zoomed]!;
  const nanos = zoomed === -1 ? layout.totalNanos : tree.workNanos[zoomed]!;
  const scale = width / Math.max(1, nanos);
  const boxes: FlameBox[] = [];
  for (let node = 0; node < tree.size;) {
    const x = (layout.left[node]! - from) * scale;
    const right = x + tree.workNanos[node]! * scale;
    const above = zoomed !== -1 && node < zoomed && zoomed < node + tree.subtreeSize[node]!;
    const level = tree.depth[node]!;
    if ((right - x < thinnest || right <= 0 || x >= width) && !above && node !== zoomed) {
      node += tree.subtreeSize[node]!;
      continue;
    }
    if (level >= firstLevel && level < endLevel) {
      const [start, end] = [Math.max(0, x), Math.min(width, right)];
      boxes.push(
        above || node === zoomed ? { node, x: 0, width, above } : { node, x: start, width: end - start, above },
      );
    }
    node += level + 1 >= endLevel ? tree.subtreeSize[node]! : 1;
  }
  return boxes;
}

/** The node whose box lies at a point; -1 for none. */
export function flameNodeAt(boxes: readonly FlameBox[], depth: Int32Array, x: number, level: number): number {
  return boxes.find((box) => depth[box.node] === level && x >= box.x && x < box.x + box.width)?.node ?? -1;
}
