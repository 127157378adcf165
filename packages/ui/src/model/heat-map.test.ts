import * as fc from 'fast-check';
import { heatMapColumn } from '@spanwise/wire/query';
import type { TracesOverviewAnswer } from '@spanwise/wire/query';
import { describe, expect, it } from 'vitest';
import { parseBrush } from './heat-brush.ts';
import {
  brushOf,
  cellAt,
  cellBox,
  countIn,
  durationMarks,
  formatBrush,
  heatGrid,
  heatTable,
  movedCell,
  rangeBetween,
  rangeOf,
} from './heat-map.ts';
import { toTraceSearch } from './traces-search.ts';

const size = { width: 676, height: 130, padding: { left: 56, right: 20, top: 10, bottom: 20 } };
/** Ten minutes in 60 columns of ten seconds. */
const start = 1_700_000_000_000_000;

function overview(
  cells: readonly (readonly [column: number, bucket: number, count: number, errors: number])[],
): TracesOverviewAnswer {
  return {
    traceCount: cells.reduce((sum, [, , count]) => sum + count, 0),
    complete: true,
    searchedBackToMicros: start,
    startMicros: start,
    endMicros: start + 600e6,
    columns: 60,
    cells: {
      columns: cells.map(([column]) => column),
      buckets: cells.map(([, bucket]) => bucket),
      counts: cells.map(([, , count]) => count),
      errors: cells.map(([, , , errors]) => errors),
    },
    facets: [],
  };
}

const grid = heatGrid(
  overview([
    [0, 20, 3, 0],
    [30, 24, 5, 2],
    [59, 40, 1, 1],
  ]),
);

describe('the heat map', () => {
  it('shows the durations that there are, and never few rows', () => {
    expect(grid).toMatchObject({ firstBucket: 20, lastBucket: 40, mostCount: 5 });
    const one = heatGrid(overview([[3, 20, 1, 0]]));
    expect(one.lastBucket - one.firstBucket).toBe(9);
    expect(heatGrid(overview([[3, 0, 1, 0]]))).toMatchObject({ firstBucket: 0, lastBucket: 9 });
    expect(heatGrid(overview([])).lastBucket).toBeGreaterThan(heatGrid(overview([])).firstBucket);
  });

  it('finds the cell that is drawn at a place, and the nearest outside', () => {
    for (const { column, bucket } of grid.cells) {
      const { x, y, width, height } = cellBox(grid, size, rangeBetween({ column, bucket }, { column, bucket }));
      expect(cellAt(grid, size, x + width / 2, y + height / 2)).toEqual({ column, bucket });
    }
    expect(cellAt(grid, size, -5, 999)).toEqual({ column: 0, bucket: 20 });
    expect(cellAt(grid, size, 999, -5)).toEqual({ column: 59, bucket: 40 });
  });

  it('moves by arrows and stops at the ends', () => {
    expect(movedCell(grid, { column: 0, bucket: 20 }, 'ArrowLeft')).toEqual({ column: 0, bucket: 20 });
    expect(movedCell(grid, { column: 0, bucket: 20 }, 'ArrowUp')).toEqual({ column: 0, bucket: 21 });
    expect(movedCell(grid, { column: 59, bucket: 40 }, 'ArrowRight')).toEqual({ column: 59, bucket: 40 });
    expect(movedCell(grid, { column: 5, bucket: 30 }, 'a')).toBeUndefined();
  });

  it('selects the same block again from the address', () => {
    const cell = fc.record({ column: fc.integer({ min: 0, max: 59 }), bucket: fc.integer({ min: 20, max: 40 }) });
    fc.assert(
      fc.property(cell, cell, (one, other) => {
        const range = rangeBetween(one, other);
        expect(rangeOf(grid, parseBrush(formatBrush(brushOf(grid, range)))!)).toEqual(range);
      }),
    );
  });

  it('searches for the microseconds that a cell counts, and no others', () => {
    // 1,667 to 3,333 µs is no whole millisecond, and a second of 60 columns has none.
    const extents = [
      { startMicros: start, endMicros: start + 10_000, columns: 6 },
      { startMicros: start + 7, endMicros: start + 1e6 + 7, columns: 60 },
      { startMicros: start, endMicros: start + 3600e6, columns: 60 },
    ];
    for (const extent of extents) {
      const odd = heatGrid({ ...overview([[1, 80, 1, 0]]), ...extent });
      for (const column of [0, 1, odd.columns - 1]) {
        const range = rangeBetween({ column, bucket: 80 }, { column, bucket: 80 });
        const search = toTraceSearch({ brush: formatBrush(brushOf(odd, range)) }, 0);
        const counts = (micros: number): boolean => heatMapColumn(micros, extent) === column;
        expect([search.startMicros, search.endMicros].map(counts)).toEqual([true, true]);
        if (column > 0) expect(counts(search.startMicros - 1)).toBe(false);
        if (column < odd.columns - 1) expect(counts(search.endMicros + 1)).toBe(false);
        else expect(search.endMicros).toBe(extent.endMicros);
        expect(search.conditions).toEqual([
          { field: 'trace.duration', operator: '>=', value: '1099511627776000ns' },
          { field: 'trace.duration', operator: '<', value: '1554944255987738ns' },
        ]);
      }
    }
  });

  it('has no block for what lies outside', () => {
    const all = brushOf(grid, { fromColumn: 0, toColumn: 59, fromBucket: 20, toBucket: 40 });
    expect(rangeOf(grid, { ...all, startMicros: start - 200e6, endMicros: start - 100e6 })).toBeUndefined();
    expect(rangeOf(grid, { ...all, minNanos: 1000, maxNanos: 2000 })).toBeUndefined();
    expect(rangeOf(grid, { ...all, startMicros: 0, minNanos: 0 })).toMatchObject({ fromColumn: 0, fromBucket: 20 });
  });

  it('counts what is in a block', () => {
    expect(countIn(grid, { fromColumn: 0, toColumn: 30, fromBucket: 20, toBucket: 24 })).toEqual({
      count: 8,
      errors: 2,
    });
    expect(countIn(grid, { fromColumn: 1, toColumn: 30, fromBucket: 20, toBucket: 23 })).toEqual({
      count: 0,
      errors: 0,
    });
  });

  it('as a table has every trace once', () => {
    const { columns, rows } = heatTable(grid);
    expect(columns).toEqual([0, 10, 20, 30, 40, 50]);
    expect(rows.map((row) => row.map(({ count }) => count))).toEqual([
      [0, 0, 0, 0, 0, 1],
      [0, 0, 0, 5, 0, 0],
      [3, 0, 0, 0, 0, 0],
    ]);
  });

  it('marks powers of ten, and more of them where there are few', () => {
    expect(durationMarks(grid).map(({ nanos }) => nanos)).toEqual([1e7, 1e8, 1e9]);
    const narrow = heatGrid(overview([[3, 20, 1, 0]]));
    expect(durationMarks(narrow).map(({ nanos }) => nanos)).toEqual([2e5, 5e5, 1e6, 2e6, 5e6]);
  });
});
