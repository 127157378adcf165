import type { CriticalPathSegment } from './critical-path.ts';
import type { TraceTree } from './trace-tree.ts';

/** How a bar is drawn: the span's whole time, and over it where the critical path runs through the span itself. */
export const barGlyphs = { span: '░', path: '█' } as const;

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

  /** `width` glyphs and blanks. Even the shortest span gets one glyph, and so does the shortest stretch of the path. */
  bar(index: number): string {
    const cells = Array.from<string>({ length: this.#width }).fill(' ');
    this.#fill(cells, this.#tree.startOffsetNanos[index]!, this.#tree.endOffsetNanos[index]!, barGlyphs.span);
    for (const { startOffsetNanos, endOffsetNanos } of this.#path.get(index) ?? []) {
      this.#fill(cells, startOffsetNanos, endOffsetNanos, barGlyphs.path);
    }
    return cells.join('');
  }

  #fill(cells: string[], start: number, end: number, glyph: string): void {
    const from = Math.min(this.#width - 1, Math.floor((start - this.#start) / this.#nanosPerCell));
    const to = Math.max(from + 1, Math.round((end - this.#start) / this.#nanosPerCell));
    cells.fill(glyph, from, to);
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
