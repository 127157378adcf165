import { heatMapBucketNanos, heatMapColumnStart } from '@spanwise/wire/query';
import type { TracesOverviewAnswer } from '@spanwise/wire/query';
import type { HeatBrush } from './heat-brush.ts';
import { formatInstant } from './instant-text.ts';

export interface HeatSize {
  readonly width: number;
  readonly height: number;
  readonly padding: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
}

export interface HeatCell {
  readonly column: number;
  readonly bucket: number;
  readonly count: number;
  readonly errors: number;
}

/** What of the overview is drawn: its columns, and the buckets from `firstBucket` to `lastBucket`. */
export interface HeatGrid {
  readonly cells: readonly HeatCell[];
  readonly columns: number;
  readonly firstBucket: number;
  readonly lastBucket: number;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly mostCount: number;
}

/** A block of cells, all four ends included. */
export interface CellRange {
  readonly fromColumn: number;
  readonly toColumn: number;
  readonly fromBucket: number;
  readonly toBucket: number;
}

/** Fewer rows than these make the map look like stripes. */
const fewestBuckets = 10;

export function heatGrid({ cells, columns, startMicros, endMicros }: TracesOverviewAnswer): HeatGrid {
  const all = cells.counts.map((count, at) => ({
    column: cells.columns[at]!,
    bucket: cells.buckets[at]!,
    count,
    errors: cells.errors[at]!,
  }));
  const lowest = all.reduce((least, { bucket }) => Math.min(least, bucket), Infinity);
  const highest = all.reduce((most, { bucket }) => Math.max(most, bucket), 0);
  const missing = Math.max(0, fewestBuckets - (highest - lowest + 1));
  const firstBucket = all.length === 0 ? 14 : Math.max(0, lowest - Math.ceil(missing / 2));
  return {
    cells: all,
    columns,
    firstBucket,
    lastBucket: all.length === 0 ? 26 : Math.max(highest, firstBucket + fewestBuckets - 1),
    startMicros,
    endMicros,
    mostCount: all.reduce((most, { count }) => Math.max(most, count), 1),
  };
}

/** Where a block of cells is drawn. */
export function cellBox(
  grid: HeatGrid,
  size: HeatSize,
  { fromColumn, toColumn, fromBucket, toBucket }: CellRange,
): { x: number; y: number; width: number; height: number } {
  const { left, top } = size.padding;
  const [across, up] = cellSize(grid, size);
  return {
    x: left + fromColumn * across,
    y: top + (grid.lastBucket - toBucket) * up,
    width: (toColumn - fromColumn + 1) * across,
    height: (toBucket - fromBucket + 1) * up,
  };
}

function cellSize(grid: HeatGrid, { width, height, padding }: HeatSize): [across: number, up: number] {
  return [
    Math.max(0, width - padding.left - padding.right) / grid.columns,
    Math.max(0, height - padding.top - padding.bottom) / (grid.lastBucket - grid.firstBucket + 1),
  ];
}

/** The cell at a place, the nearest one outside the map. */
export function cellAt(grid: HeatGrid, size: HeatSize, x: number, y: number): { column: number; bucket: number } {
  const [across, up] = cellSize(grid, size);
  return held(grid, {
    column: Math.floor((x - size.padding.left) / across),
    bucket: grid.lastBucket - Math.floor((y - size.padding.top) / up),
  });
}

function held(
  grid: HeatGrid,
  { column, bucket }: { column: number; bucket: number },
): { column: number; bucket: number } {
  return {
    column: Math.min(grid.columns - 1, Math.max(0, column)),
    bucket: Math.min(grid.lastBucket, Math.max(grid.firstBucket, bucket)),
  };
}

/** Where an arrow key leads. */
export function movedCell(
  grid: HeatGrid,
  { column, bucket }: { readonly column: number; readonly bucket: number },
  key: string,
): { column: number; bucket: number } | undefined {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  };
  const step = steps[key];
  return step === undefined ? undefined : held(grid, { column: column + step[0], bucket: bucket + step[1] });
}

export function rangeBetween(
  one: { readonly column: number; readonly bucket: number },
  other: { readonly column: number; readonly bucket: number },
): CellRange {
  return {
    fromColumn: Math.min(one.column, other.column),
    toColumn: Math.max(one.column, other.column),
    fromBucket: Math.min(one.bucket, other.bucket),
    toBucket: Math.max(one.bucket, other.bucket),
  };
}

/** How many traces there are in a block, and how many of them failed. */
export function countIn({ cells }: HeatGrid, range: CellRange): { count: number; errors: number } {
  const sum = { count: 0, errors: 0 };
  for (const { column, bucket, count, errors } of cells) {
    if (column < range.fromColumn || column > range.toColumn) continue;
    if (bucket < range.fromBucket || bucket > range.toBucket) continue;
    sum.count += count;
    sum.errors += errors;
  }
  return sum;
}

/** What a block of cells selects: what it counts, and nothing else. */
export function brushOf(grid: HeatGrid, range: CellRange): HeatBrush {
  return {
    startMicros: heatMapColumnStart(range.fromColumn, grid),
    endMicros: heatMapColumnStart(range.toColumn + 1, grid),
    minNanos: heatMapBucketNanos(range.fromBucket),
    maxNanos: heatMapBucketNanos(range.toBucket + 1),
  };
}

/** As it stands in the address: two instants and two durations, `2026-11-27T10:00:00.000Z,2026-11-27T10:05:00.000Z,0ns,2048000ns`. */
export function formatBrush({ startMicros, endMicros, minNanos, maxNanos }: HeatBrush): string {
  return [formatInstant(startMicros), formatInstant(endMicros), `${minNanos}ns`, `${maxNanos}ns`].join();
}

/** The block that a brush covers on a map; `undefined` when it lies outside, as when time has gone on. */
export function rangeOf(
  grid: HeatGrid,
  { startMicros, endMicros, minNanos, maxNanos }: HeatBrush,
): CellRange | undefined {
  const place = (micros: number): number =>
    ((micros - grid.startMicros) / Math.max(1, grid.endMicros - grid.startMicros)) * grid.columns;
  // Half a cell more or less: the map may have moved on a little since.
  const fromColumn = Math.max(0, Math.round(place(startMicros)));
  const toColumn = Math.min(grid.columns - 1, Math.round(place(endMicros)) - 1);
  const fromBucket = Math.max(grid.firstBucket, bucketAt(minNanos));
  const toBucket = Math.min(grid.lastBucket, bucketAt(maxNanos) - 1);
  if (fromBucket > toBucket || place(endMicros) < 0 || place(startMicros) > grid.columns) return undefined;
  return {
    fromColumn: Math.min(fromColumn, grid.columns - 1),
    toColumn: Math.max(toColumn, Math.min(fromColumn, grid.columns - 1)),
    fromBucket,
    toBucket,
  };
}

function bucketAt(nanos: number): number {
  return nanos < 1000 ? 0 : Math.round(Math.log2(nanos / 1000) * 2);
}

/** Marks of round durations that lie in the map: powers of ten, and where these are few, twice and five times them. */
export function durationMarks(grid: HeatGrid): { readonly nanos: number; readonly place: number }[] {
  const rows = grid.lastBucket + 1 - grid.firstBucket;
  // A decade has between six and seven buckets.
  const steps = rows > 20 ? [1] : [1, 2, 5];
  const marks: { nanos: number; place: number }[] = [];
  for (let decade = 1000; decade < 1e15; decade *= 10) {
    for (const step of steps) {
      const place = (Math.log2((decade * step) / 1000) * 2 - grid.firstBucket) / rows;
      if (place >= 0 && place <= 1) marks.push({ nanos: decade * step, place });
    }
  }
  return marks;
}

/** A cell of the map as a table, where several columns and buckets are one. */
export interface TableCell {
  readonly range: CellRange;
  readonly count: number;
  readonly errors: number;
}

const tableColumns = 6;
/** Four buckets: durations four times as long. */
const tableBuckets = 4;

/** The map with few rows and columns, longest durations first, without empty rows. */
export function heatTable(grid: HeatGrid): {
  readonly columns: readonly number[];
  readonly rows: readonly (readonly TableCell[])[];
} {
  const width = Math.ceil(grid.columns / tableColumns);
  const columns: number[] = [];
  for (let column = 0; column < grid.columns; column += width) columns.push(column);
  const rows: TableCell[][] = [];
  const first = Math.floor(grid.firstBucket / tableBuckets) * tableBuckets;
  for (let fromBucket = first; fromBucket <= grid.lastBucket; fromBucket += tableBuckets) {
    const row = columns.map((fromColumn) => {
      const toColumn = Math.min(grid.columns, fromColumn + width) - 1;
      const range = { fromColumn, toColumn, fromBucket, toBucket: fromBucket + tableBuckets - 1 };
      return { range, ...countIn(grid, range) };
    });
    if (row.some(({ count }) => count > 0)) rows.unshift(row);
  }
  return { columns, rows };
}
