import type { TableColumn, TableSort } from './table-sort.ts';
import type { TraceModel } from './trace-model.ts';

/** Statistics over the spans of one operation of one service. Durations are nanoseconds. */
export interface OperationRow {
  /** Position in `TraceModel.services`. */
  readonly service: number;
  readonly name: string;
  readonly count: number;
  readonly totalNanos: number;
  readonly selfNanos: number;
  readonly meanNanos: number;
  readonly p50Nanos: number;
  readonly p95Nanos: number;
  readonly maxNanos: number;
  readonly errorCount: number;
  /** The longest span, the first of them by start. */
  readonly longest: number;
  /** Its spans by start. */
  readonly spans: Int32Array;
}

/** One row for each service and operation among the spans that are counted (marked 1; all when absent). */
export function operationTable(model: TraceModel, counted: Uint8Array | undefined): OperationRow[] {
  const groups = new Map<string, number[]>();
  for (const [index, { name }] of model.tree.spans.entries()) {
    if (counted?.[index] === 0) continue;
    const key = `${model.serviceOf[index]} ${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  return Array.from(groups.values(), (group) => rowOf(model, group));
}

function rowOf({ tree, selfNanos, serviceOf, error }: TraceModel, group: readonly number[]): OperationRow {
  const durations = Float64Array.from(group, (index) => tree.endOffsetNanos[index]! - tree.startOffsetNanos[index]!);
  const sum = (of: ArrayLike<number>): number => group.reduce((total, index) => total + of[index]!, 0);
  const totalNanos = durations.reduce((total, nanos) => total + nanos, 0);
  let longest = 0;
  for (let at = 1; at < durations.length; at++) if (durations[at]! > durations[longest]!) longest = at;
  const sorted = durations.toSorted();
  return {
    service: serviceOf[group[0]!]!,
    name: tree.spans[group[0]!]!.name,
    count: group.length,
    totalNanos,
    selfNanos: sum(selfNanos),
    meanNanos: totalNanos / group.length,
    p50Nanos: percentile(sorted, 0.5),
    p95Nanos: percentile(sorted, 0.95),
    maxNanos: durations[longest]!,
    errorCount: sum(error),
    longest: group[longest]!,
    spans: Int32Array.from(group),
  };
}

/** The nearest rank: a value that occurs, and that at least this share does not exceed. `sorted` is not empty. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}

const valueOf: Readonly<Record<Exclude<TableColumn, 'name'>, (row: OperationRow) => number>> = {
  count: (row) => row.count,
  total: (row) => row.totalNanos,
  self: (row) => row.selfNanos,
  mean: (row) => row.meanNanos,
  p50: (row) => row.p50Nanos,
  p95: (row) => row.p95Nanos,
  max: (row) => row.maxNanos,
  errors: (row) => row.errorCount,
};

/** A sorted copy; equal rows by service and operation. */
export function sortOperations(
  model: TraceModel,
  rows: readonly OperationRow[],
  { column, ascending }: TableSort,
): OperationRow[] {
  const byName = (one: OperationRow, other: OperationRow): number =>
    compareText(model.services[one.service]!.name, model.services[other.service]!.name) ||
    compareText(one.name, other.name);
  const direction = ascending ? 1 : -1;
  if (column === 'name') return [...rows].sort((one, other) => direction * byName(one, other));
  const value = valueOf[column];
  return [...rows].sort((one, other) => direction * (value(one) - value(other)) || byName(one, other));
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
