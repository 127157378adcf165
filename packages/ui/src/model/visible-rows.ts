import type { TraceTree } from '@spanwise/analysis';

export interface RowChoice {
  /** Spans whose descendants are hidden. */
  readonly folded: Pick<ReadonlySet<number>, 'has'>;
  /** Where one row stands for many like siblings: the one that has the row, for each of them; -1 for others. */
  readonly groups?: Int32Array | undefined;
  /** Only this span and what is under it; -1 for the whole trace. */
  readonly focus: number;
  /** Only spans marked 1 here, with their ancestors; absent for all. */
  readonly only?: Uint8Array | undefined;
}

/** Positions of the spans that have a row, from the top. One pass over the pre-order, skipping folded subtrees. */
export function visibleRows(tree: TraceTree, choice: RowChoice): Int32Array {
  const { order, subtreeSize } = tree;
  const rows = new Int32Array(order.length);
  const [first, end] = choice.focus === -1 ? [0, order.length] : subtreeRange(tree, choice.focus);
  const shown = choice.only === undefined ? undefined : withAncestors(tree, choice.only);
  let length = 0;
  for (let place = first; place < end;) {
    const index = order[place]!;
    if (shown !== undefined && shown[index] === 0) {
      place += subtreeSize[index]!;
      continue;
    }
    const leader = index === choice.focus ? -1 : (choice.groups?.[index] ?? -1);
    if (leader === -1 || leader === index) rows[length++] = index;
    place += leader !== -1 || choice.folded.has(index) ? subtreeSize[index]! : 1;
  }
  return rows.slice(0, length);
}

/** Positions of the spans that would have a row if nothing were folded, from the top. */
export function shownSpans(tree: TraceTree, { focus, only }: Pick<RowChoice, 'focus' | 'only'>): Int32Array {
  return visibleRows(tree, { folded: new Set(), focus, only });
}

/** Marks of the spans in focus that `only` does not leave out; absent when all are in. */
export function countedSpans(tree: TraceTree, focus: number, only: Uint8Array | undefined): Uint8Array | undefined {
  if (focus === -1) return only;
  const [first, end] = subtreeRange(tree, focus);
  const counted = new Uint8Array(tree.order.length);
  for (const index of tree.order.subarray(first, end)) counted[index] = only?.[index] ?? 1;
  return counted;
}

function subtreeRange(tree: TraceTree, index: number): [first: number, end: number] {
  const first = tree.order.indexOf(index);
  return [first, first + tree.subtreeSize[index]!];
}

/** The marks, and a mark on every ancestor: backwards through the pre-order, children come before parents. */
function withAncestors({ order, parent }: TraceTree, marks: Uint8Array): Uint8Array {
  const shown = marks.slice();
  for (let place = order.length - 1; place >= 0; place--) {
    const index = order[place]!;
    const above = parent[index]!;
    if (shown[index] === 1 && above !== -1) shown[above] = 1;
  }
  return shown;
}

/** Its ancestors from the root down to its parent. */
export function ancestorsOf({ parent }: TraceTree, index: number): number[] {
  const path: number[] = [];
  for (let above = parent[index]!; above !== -1; above = parent[above]!) path.push(above);
  return path.reverse();
}

/** The children of a span by start. */
export function* childrenOf({ order, subtreeSize }: TraceTree, place: number): Generator<number> {
  const index = order[place]!;
  const end = place + subtreeSize[index]!;
  for (let next = place + 1; next < end; next += subtreeSize[order[next]!]!) yield order[next]!;
}

/** For each span its place in the pre-order: the inverse of `order`. */
export function placesOf({ order }: TraceTree): Int32Array {
  const places = new Int32Array(order.length);
  for (let place = 0; place < order.length; place++) places[order[place]!] = place;
  return places;
}

/** Position among its siblings (from 1) and how many there are, for `aria-posinset` and `aria-setsize`. */
export function siblingPositions(tree: TraceTree): { readonly position: Int32Array; readonly size: Int32Array } {
  const count = tree.order.length;
  const seen = new Int32Array(count + 1);
  const position = new Int32Array(count);
  // A root's "parent" is -1: its siblings are counted in the last element.
  const group = (index: number): number => (tree.parent[index] === -1 ? count : tree.parent[index]!);
  for (const index of tree.order) {
    const among = group(index);
    position[index] = seen[among] = seen[among]! + 1;
  }
  return { position, size: Int32Array.from(position, (_, index) => seen[group(index)]!) };
}
