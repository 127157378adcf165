import type { CriticalPathSegment } from './critical-path.ts';
import type { TraceTree } from './trace-tree.ts';

/** How a bar is drawn: the span's whole time, and over it where the critical path runs through the span itself. */
const barGlyphs = { span: '░', path: '█' } as const;

/** Draws the time of spans as runs of glyphs on a common scale. */
export class BarScale {
  readonly #tree: TraceTree;
  readonly #path: ReadonlyMap<number, CriticalPathSegment[]>;
  readonly #start: number;
  readonly #nanosPerCell: number;
  readonly #width: number;

  constructor(tree: TraceTree, path: readonly CriticalPathSegment[], width: number) {
    this.#tree = tree;
    this.#path = groupBySpan(path);
    this.#width = width;
    this.#start = tree.startOffsetNanos.reduce((least, offset) => Math.min(least, offset), Infinity);
    const end = tree.endOffsetNanos.reduce((most, offset) => Math.max(most, offset), this.#start);
    this.#nanosPerCell = Math.max(1, end - this.#start) / width;
  }

  /**
   * `width` glyphs and blanks. Even the shortest span gets a glyph. The path is drawn where it takes half a cell or more,
   * and where it takes most when it takes so much of no cell.
   */
  bar(index: number): string {
    const cells = Array.from<string>({ length: this.#width }).fill(' ');
    const from = Math.min(this.#width - 1, Math.round(this.#cellOf(this.#tree.startOffsetNanos[index]!)));
    const to = Math.max(from + 1, Math.round(this.#cellOf(this.#tree.endOffsetNanos[index]!)));
    cells.fill(barGlyphs.span, from, to);
    const segments = this.#path.get(index);
    if (segments !== undefined) this.#drawPath(cells, segments);
    return cells.join('');
  }

  #drawPath(cells: string[], segments: readonly CriticalPathSegment[]): void {
    const shares = new Float64Array(this.#width);
    for (const segment of segments) this.#addShares(shares, segment);
    const least = Math.min(
      0.5,
      shares.reduce((most, share) => Math.max(most, share), 0),
    );
    shares.forEach((share, cell) => {
      if (share >= least && cells[cell] !== ' ') cells[cell] = barGlyphs.path;
    });
  }

  #addShares(shares: Float64Array, { startOffsetNanos, endOffsetNanos }: CriticalPathSegment): void {
    const from = this.#cellOf(startOffsetNanos);
    const to = this.#cellOf(endOffsetNanos);
    for (let cell = Math.floor(from); cell < to; cell++) {
      shares[cell]! += Math.min(to, cell + 1) - Math.max(from, cell);
    }
  }

  #cellOf(offsetNanos: number): number {
    return (offsetNanos - this.#start) / this.#nanosPerCell;
  }
}

function groupBySpan(path: readonly CriticalPathSegment[]): Map<number, CriticalPathSegment[]> {
  const groups = new Map<number, CriticalPathSegment[]>();
  for (const segment of path) {
    const group = groups.get(segment.index);
    if (group === undefined) groups.set(segment.index, [segment]);
    else group.push(segment);
  }
  return groups;
}
