import { SpanKind } from '@spanwise/wire/span-record';
import { describe, expect, it } from 'vitest';
import { rateUnitOf } from './rate-unit.ts';
import { changeBetween, measuresOf, operationRows, serviceTable } from './service-rows.ts';
import {
  arrangeServices,
  formatServiceSort,
  parseServiceSort,
  serviceColumns,
  serviceSortedBy,
} from './service-sort.ts';
import type { ServiceColumn } from './service-sort.ts';
import { answerOf, lineOf, sumsOf } from './testing/sums-of.ts';

const noStatistics = answerOf(0, 4, []);
/** Something else was counted at the very beginning. */
const began = 0;
/** The end of minutes 4 to 7. */
const endMillis = 8 * 60_000;

describe('the table of services', () => {
  it('tells rates over the time that has passed, and nothing of a step that has hardly run', () => {
    const now = answerOf(4, 4, [lineOf('a', [60, 60, 60, 6])]);
    const at = (millis: number) => serviceTable({ now, before: noStatistics, askedMillis: millis, began }).rows[0]!;
    expect(at(endMillis).rate).toBeCloseTo(186 / 240);
    expect(at(endMillis).steps.rate).toEqual([1, 1, 1, 0.1]);
    expect(at(endMillis - 30_000).steps.rate).toEqual([1, 1, 1, 0.2]);
    expect(at(endMillis - 30_001).steps.rate).toEqual([1, 1, 1, null]);
    expect(at(endMillis - 30_000).rate).toBeCloseTo(186 / 210);
  });

  it('tells rates over the time since anything was counted', () => {
    const now = answerOf(4, 4, [lineOf('a', [0, 0, 60, 30])]);
    const { rows, extent } = serviceTable({ now, before: noStatistics, askedMillis: endMillis, began: 360e6 });
    expect(extent.sinceMicros).toBe(360e6);
    expect(rows[0]?.rate).toBeCloseTo(90 / 120);
    expect(rows[0]?.steps.rate).toEqual([null, null, 1, 0.5]);
  });

  it('tells shares of errors where there were calls', () => {
    const line = lineOf('a', [4, 0, 2, 0]);
    const now = answerOf(4, 4, [{ ...line, errors: 2, steps: { ...line.steps, errors: [1, 0, 1, 0] } }]);
    const [row] = serviceTable({ now, before: noStatistics, askedMillis: endMillis, began }).rows;
    expect(row).toMatchObject({ errors: 2, errorShare: 2 / 6 });
    expect(row?.steps.errorShare).toEqual([0.25, null, 0.5, null]);
  });

  it('counts a service by its answers, else by its own work, else by its calls', () => {
    const { client, internal, server } = SpanKind;
    const now = answerOf(4, 1, [
      lineOf('all', [9], { kind: client }),
      lineOf('all', [8], { kind: internal }),
      lineOf('all', [1], { kind: server }),
      lineOf('job', [7], { kind: client }),
      lineOf('job', [2], { kind: internal }),
      lineOf('probe', [5], { kind: client }),
    ]);
    const { rows } = serviceTable({ now, before: noStatistics, askedMillis: endMillis, began });
    expect(rows.map(({ name, kind, count }) => [name, kind, count])).toEqual([
      ['all', server, 1],
      ['job', internal, 2],
      ['probe', client, 5],
    ]);
    expect(operationRows({ now, before: noStatistics, askedMillis: endMillis, began }).rows).toHaveLength(6);
  });

  it('compares with the part of the window before in which anything was counted', () => {
    const now = answerOf(4, 4, [lineOf('a', [60, 60, 60, 60]), lineOf('b', [1, 0, 0, 0])]);
    const before = answerOf(0, 4, [lineOf('a', [0, 0, 60, 60])]);
    const { rows, compared } = serviceTable({ now, before, askedMillis: endMillis, began: 120e6 });
    expect(compared?.seconds).toBe(120);
    expect(rows[0]?.change).toMatchObject({ rate: 1 });
    expect(rows[1]?.change).toBe('new');
    const alone = serviceTable({ now, before: noStatistics, askedMillis: endMillis, began: 240e6 });
    expect(alone.rows.map(({ change }) => change)).toEqual([undefined, undefined]);
  });
});

describe('a change', () => {
  const measures = (count: number, errors: number, p95Micros: number | null) =>
    measuresOf(sumsOf(count, { errors, p95Micros }), 60);

  it('says how many times as much, and the difference of the shares', () => {
    expect(changeBetween(measures(10, 1, 100), measures(30, 6, 300))).toMatchObject({
      rate: 3,
      p95: 3,
      errorShare: 0.1,
    });
    expect(changeBetween(measures(0, 0, null), measures(30, 0, 300))).toMatchObject({ rate: null, p95: null });
  });

  it('is pointed out from a quarter more latency and a hundredth more errors on, among enough calls', () => {
    const worse = (before: [number, number, number], now: [number, number, number]): boolean[] => {
      const { worseP95, worseErrors } = changeBetween(measures(...before), measures(...now));
      return [worseP95, worseErrors];
    };
    expect(worse([100, 0, 100], [100, 1, 125])).toEqual([true, true]);
    expect(worse([1000, 0, 100], [1000, 9, 124])).toEqual([false, false]);
    expect(worse([20, 0, 100], [20, 9, 900])).toEqual([true, true]);
    expect(worse([19, 0, 100], [20, 9, 900])).toEqual([false, false]);
    expect(worse([20, 0, 100], [19, 9, 900])).toEqual([false, false]);
  });
});

describe('the order of services', () => {
  const now = answerOf(4, 1, [
    lineOf('Cart', [60], { errors: 6, p95Micros: 300 }),
    lineOf('bank', [120], { errors: 0, p95Micros: null }),
    lineOf('shop', [30], { errors: 0, p95Micros: 900 }),
  ]);
  const before = answerOf(3, 1, [lineOf('shop', [60])]);
  const { rows } = serviceTable({ now, before, askedMillis: 5 * 60_000, began: 180e6 });
  const names = (column: ServiceColumn, ascending = false, text = ''): string[] =>
    arrangeServices(rows, text, { column, ascending }).map(({ name }) => name);

  it('begins with what fails most, then with what is called most', () => {
    expect(arrangeServices(rows, '', parseServiceSort(undefined)).map(({ name }) => name)).toEqual([
      'Cart',
      'bank',
      'shop',
    ]);
  });

  it('is by any column, either way, and what has no value comes last', () => {
    expect(names('rate')).toEqual(['bank', 'Cart', 'shop']);
    expect(names('rate', true)).toEqual(['shop', 'Cart', 'bank']);
    expect(names('p95')).toEqual(['shop', 'Cart', 'bank']);
    expect(names('p95', true)).toEqual(['Cart', 'shop', 'bank']);
    expect(names('name', true)).toEqual(['Cart', 'bank', 'shop']);
    expect(names('rateChange')[0]).toBe('shop');
    for (const column of serviceColumns) expect(names(column)).toHaveLength(3);
  });

  it('is that of the rows whose name holds a text, whatever its case', () => {
    expect(names('rate', false, ' cAr ')).toEqual(['Cart']);
    expect(names('rate', false, 'nothing')).toEqual([]);
  });

  it('turns round when its column is chosen again, and stands in the address', () => {
    const sort = serviceSortedBy({ column: 'rate', ascending: false }, 'p95');
    expect(sort).toEqual({ column: 'p95', ascending: false });
    expect(serviceSortedBy(sort, 'p95')).toEqual({ column: 'p95', ascending: true });
    expect(serviceSortedBy(sort, 'name').ascending).toBe(true);
    for (const text of ['p95', 'name.up', 'errors.up', 'p95Change'])
      expect(formatServiceSort(parseServiceSort(text))).toBe(text);
    for (const text of ['', 'x', 'p95.', 'p95.down', 'p95.up.up'])
      expect(formatServiceSort(parseServiceSort(text))).toBeUndefined();
  });
});

describe('the unit of rates', () => {
  it('is the second as soon as one of them reaches one a second', () => {
    expect(rateUnitOf([0.1, 1, null])).toBe('second');
    expect(rateUnitOf([0.1, 0.99, null])).toBe('minute');
    expect(rateUnitOf([])).toBe('minute');
  });
});
