import type { TraceIdWords } from '@spanwise/wire';

import type { HistogramJson } from './latency-histogram.ts';
import { LatencyHistogram } from './latency-histogram.ts';

/** What roll-ups know no smaller time than: a minute, in microseconds. */
export const stepMicros = 60_000_000;

/** The step that an instant is in, numbered from the epoch. */
export function stepOf(micros: number): number {
  return Math.floor(micros / stepMicros);
}

/** One span or call, as it is counted. */
export interface Counted {
  readonly weight: number;
  readonly failed: boolean;
  readonly durationNanos: number | undefined;
  readonly exemplar: TraceIdWords;
}

type CellJson = [step: number, count: number, errors: number, durationSumNanos: number, histogram: HistogramJson];
type SeriesJson = [first: string, second: string, kind: number, cells: CellJson[]];
/** As it is kept in files and sent between threads. */
export type SeriesTableJson = SeriesJson[];

/** Sums of one step, or of many. */
export class Cell {
  count = 0;
  errors = 0;
  durationSumNanos = 0;
  readonly histogram: LatencyHistogram = new LatencyHistogram();

  add({ weight, failed, durationNanos, exemplar }: Counted): void {
    this.count += weight;
    if (failed) this.errors += weight;
    if (durationNanos === undefined) return;
    this.durationSumNanos += weight * durationNanos;
    this.histogram.add(durationNanos, weight, exemplar);
  }

  merge(other: Cell): void {
    this.count += other.count;
    this.errors += other.errors;
    this.durationSumNanos += other.durationSumNanos;
    this.histogram.merge(other.histogram);
  }

  subtract(other: Cell): void {
    this.count -= other.count;
    this.errors -= other.errors;
    this.durationSumNanos -= other.durationSumNanos;
    this.histogram.subtract(other.histogram);
  }

  mergeJson([, count, errors, durationSumNanos, histogram]: CellJson): void {
    this.count += count;
    this.errors += errors;
    this.durationSumNanos += durationSumNanos;
    this.histogram.merge(LatencyHistogram.of(histogram));
  }

  /** Nothing, or as much taken out as added. */
  get isEmpty(): boolean {
    return this.count === 0 && this.errors === 0 && this.histogram.entries().length === 0;
  }

  toJSON(step: number): CellJson {
    return [step, this.count, this.errors, this.durationSumNanos, this.histogram.toJSON()];
  }
}

/** The sums of one pair of names and kind, by step. */
export interface Series {
  readonly first: string;
  readonly second: string;
  readonly kind: number;
  readonly cells: Map<number, Cell>;
}

/** Which part of a table is asked for. Steps are inclusive. */
export interface TablePart {
  readonly fromStep: number;
  readonly toStep: number;
  accepts(first: string, second: string): boolean;
}

const everything: TablePart = { fromStep: -Infinity, toStep: Infinity, accepts: () => true };

/** Sums by two names, a kind and a step. */
export class SeriesTable {
  readonly #series = new Map<string, Map<string, Map<number, Series>>>();

  cell(first: string, second: string, kind: number, step: number): Cell {
    const { cells } = this.#seriesOf(first, second, kind);
    let cell = cells.get(step);
    if (cell === undefined) cells.set(step, (cell = new Cell()));
    return cell;
  }

  merge(other: SeriesTable, part: TablePart = everything): void {
    for (const { first, second, kind, cells } of other.series()) {
      if (!part.accepts(first, second)) continue;
      for (const [step, cell] of cells)
        if (step >= part.fromStep && step <= part.toStep) this.cell(first, second, kind, step).merge(cell);
    }
  }

  /** The sums over all second names, which is empty then. */
  byFirst(): SeriesTable {
    const sums = new SeriesTable();
    for (const { first, kind, cells } of this.series())
      for (const [step, cell] of cells) sums.cell(first, '', kind, step).merge(cell);
    return sums;
  }

  /** Takes out what was added before. */
  subtract(other: SeriesTable): void {
    for (const { first, second, kind, cells } of other.series())
      for (const [step, cell] of cells) this.cell(first, second, kind, step).subtract(cell);
  }

  mergeJson(json: SeriesTableJson, part: TablePart = everything): void {
    for (const [first, second, kind, cells] of json) {
      if (!part.accepts(first, second)) continue;
      for (const cell of cells) {
        const [step] = cell;
        if (step >= part.fromStep && step <= part.toStep) this.cell(first, second, kind, step).mergeJson(cell);
      }
    }
  }

  *series(): Generator<Series> {
    for (const byName of this.#series.values()) for (const byKind of byName.values()) yield* byKind.values();
  }

  /** Without what has been taken out again; of one first name only, where it is given. */
  toJSON(only?: string): SeriesTableJson {
    const json: SeriesTableJson = [];
    for (const { first, second, kind, cells } of this.series()) {
      if (only !== undefined && first !== only) continue;
      const left = [...cells].filter(([, cell]) => !cell.isEmpty);
      if (left.length === 0) continue;
      json.push([first, second, kind, left.sort(([a], [b]) => a - b).map(([step, cell]) => cell.toJSON(step))]);
    }
    return json;
  }

  #seriesOf(first: string, second: string, kind: number): Series {
    let byName = this.#series.get(first);
    if (byName === undefined) this.#series.set(first, (byName = new Map()));
    let byKind = byName.get(second);
    if (byKind === undefined) byName.set(second, (byKind = new Map()));
    let series = byKind.get(kind);
    if (series === undefined) byKind.set(kind, (series = { first, second, kind, cells: new Map() }));
    return series;
  }
}
