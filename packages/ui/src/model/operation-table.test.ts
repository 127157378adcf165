import { describe, expect, it } from 'vitest';
import { operationTable, percentile, sortOperations } from './operation-table.ts';
import { firstSort, formatSort, parseSort, sortedBy } from './table-sort.ts';
import type { TableColumn } from './table-sort.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';
import { countedSpans } from './visible-rows.ts';

describe('the table of operations', () => {
  const model = sixSpans();
  const rows = operationTable(model, undefined);

  it('has a row for each service and operation, with its statistics', () => {
    expect(rows).toHaveLength(5);
    expect(rows.find(({ name }) => name === 'SELECT item')).toMatchObject({
      count: 2,
      totalNanos: 200_000,
      selfNanos: 200_000,
      meanNanos: 100_000,
      p50Nanos: 100_000,
      p95Nanos: 100_000,
      maxNanos: 100_000,
      errorCount: 0,
      longest: 2,
    });
    expect(rows.find(({ name }) => name === 'charge')).toMatchObject({ count: 1, errorCount: 1 });
    expect(rows.find(({ name }) => name === 'POST /checkout')).toMatchObject({
      totalNanos: 1_000_000,
      selfNanos: 250_000,
    });
  });

  it('keeps one operation of two services apart', () => {
    const two = traceOf(
      { id: 1, start: 0, duration: 5, service: 'a', name: 'work' },
      { id: 2, start: 0, duration: 5, service: 'b', name: 'work' },
    );
    expect(operationTable(two, undefined)).toHaveLength(2);
  });

  it('counts only what is in focus and picked out', () => {
    expect(operationTable(model, countedSpans(model.tree, 1, undefined)).map(({ name }) => name)).toEqual([
      'POST /orders',
      'SELECT item',
      'charge',
    ]);
    const only = Uint8Array.from([1, 0, 1, 0, 0, 0]);
    expect(operationTable(model, countedSpans(model.tree, 1, only))).toMatchObject([{ name: 'SELECT item', count: 1 }]);
    expect(operationTable(model, countedSpans(model.tree, -1, only))).toHaveLength(2);
  });

  it('takes percentiles by the nearest rank', () => {
    const hundred = Float64Array.from({ length: 100 }, (_, at) => at + 1);
    expect([0.5, 0.95, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 100]);
    expect(percentile(Float64Array.of(7), 0.5)).toBe(7);
    expect(percentile(Float64Array.of(1, 2), 0.5)).toBe(1);
    expect(percentile(Float64Array.of(1, 2), 0.51)).toBe(2);
  });

  it.each<[TableColumn, string, string]>([
    ['name', 'POST /checkout', 'charge'],
    ['count', 'SELECT item', 'charge'],
    ['total', 'POST /checkout', 'send'],
    ['self', 'POST /checkout', 'send'],
    ['errors', 'charge', 'charge'],
  ])('is sorted by %s', (column, first, last) => {
    const sort = sortedBy({ column: 'mean', ascending: true }, column);
    const sorted = sortOperations(model, rows, sort).map(({ name }) => name);
    expect(sorted[0]).toBe(first);
    if (column !== 'errors' && column !== 'count') expect(sorted.at(-1)).toBe(last);
    const turned = sortOperations(model, rows, sortedBy(sort, column)).map(({ name }) => name);
    expect(turned).not.toEqual(sorted);
  });

  it('writes its order into the address', () => {
    for (const text of ['name', 'name.up', 'total', 'errors.up']) expect(formatSort(parseSort(text)!)).toBe(text);
    expect(parseSort(formatSort(firstSort))).toEqual(firstSort);
    for (const text of ['', 'x', 'total.', 'total.down', 'total.up.up']) expect(parseSort(text)).toBeUndefined();
  });
});
