import { latencyBucketNanos, traceIdHex } from '@spanwise/wire';
import type { TraceIdWords } from '@spanwise/wire';
import type {
  LatencySums,
  ServiceEdge,
  ServiceEdgesAnswer,
  ServiceStatistics,
  StatisticsAnswer,
  StatisticsQuery,
  StepExemplar,
  SumsExtent,
  SumsQuery,
} from '@spanwise/wire/query';
import { SpanKind } from '@spanwise/wire/span-record';

import type { TableName } from './roll-up.ts';
import { CalleeKind } from './roll-up-span.ts';
import type { SeriesTable, TablePart } from './series-table.ts';
import { Cell, stepMicros, stepOf } from './series-table.ts';

/** What the store itself knows of the extent. */
export type Coverage = Pick<SumsExtent, 'completeFromMicros' | 'joined'>;

const usualSteps = 60;

/** The part of `RollUp.operations` that a query is about. */
export function statisticsPart({ service, operation, ...range }: StatisticsQuery): TablePart {
  const accepts = (first: string, second: string): boolean =>
    (service === undefined || first === service) && (operation === undefined || second === operation);
  return { ...stepsOf(range), accepts };
}

/** The table with the least to read for a query, and of the operations the service whose ones suffice. */
export function statisticsTable(query: StatisticsQuery): { readonly table: TableName; readonly service?: string } {
  const { service, operation } = query;
  if (!isByOperation(query) && operation === undefined) return { table: 'services' };
  return service === undefined ? { table: 'operations' } : { table: 'operations', service };
}

/** The part of `RollUp.edges` that a query is about. */
export function edgesPart(query: SumsQuery): TablePart {
  return { ...stepsOf(query), accepts: () => true };
}

/** What `operations` say to a query; they may hold more than its part. */
export function statisticsAnswer(
  operations: SeriesTable,
  query: StatisticsQuery,
  coverage: Coverage,
): StatisticsAnswer {
  const part = statisticsPart(query);
  const minutes = part.toStep - part.fromStep + 1;
  const minutesPerStep = Math.ceil(minutes / (query.steps ?? usualSteps));
  const byOperation = isByOperation(query);
  const lines = new Map<string, StatisticsLine>();
  for (const { first: service, second, kind: ownKind, cells } of operations.series()) {
    if (!part.accepts(service, second)) continue;
    const operation = byOperation ? second : null;
    const kind = query.kinds === 'sides' ? sideOf(ownKind) : ownKind;
    const key = JSON.stringify([service, operation, kind]);
    for (const [step, cell] of cells) {
      if (step < part.fromStep || step > part.toStep) continue;
      let line = lines.get(key);
      if (line === undefined)
        lines.set(key, (line = { service, operation, kind, whole: new Cell(), steps: new Map() }));
      line.whole.merge(cell);
      stepCell(line.steps, Math.floor((step - part.fromStep) / minutesPerStep)).merge(cell);
    }
  }
  const counted = [...lines.values()].filter(({ whole }) => whole.count > 0);
  const statistics = counted.map((line) => statisticsOf(line, Math.ceil(minutes / minutesPerStep), query));
  statistics.sort(
    (a, b) =>
      compareTexts(a.service, b.service) || compareTexts(a.operation ?? '', b.operation ?? '') || a.kind - b.kind,
  );
  return { ...extentOf(part, coverage), stepMicros: minutesPerStep * stepMicros, statistics };
}

/** What `edges` say to a query; they may hold more than its part. */
export function edgesAnswer(edges: SeriesTable, query: SumsQuery, coverage: Coverage): ServiceEdgesAnswer {
  const part = edgesPart(query);
  const answer: ServiceEdge[] = [];
  for (const { first: caller, second: callee, kind, cells } of edges.series()) {
    const whole = new Cell();
    for (const [step, cell] of cells) if (step >= part.fromStep && step <= part.toStep) whole.merge(cell);
    if (whole.count > 0) answer.push({ caller, callee, calleeKind: calleeKinds[kind] ?? 'service', ...sumsOf(whole) });
  }
  answer.sort(
    (a, b) =>
      compareTexts(a.caller, b.caller) || compareTexts(a.callee, b.callee) || compareTexts(a.calleeKind, b.calleeKind),
  );
  return { ...extentOf(part, coverage), edges: answer };
}

/** Of one service its operations are told, of all only the services, unless the query says otherwise. */
function isByOperation({ by, service }: StatisticsQuery): boolean {
  return by === undefined ? service !== undefined : by === 'operation';
}

interface StatisticsLine extends Pick<ServiceStatistics, 'service' | 'operation' | 'kind'> {
  readonly whole: Cell;
  readonly steps: Map<number, Cell>;
}

const calleeKinds: Readonly<Record<number, ServiceEdge['calleeKind']>> = {
  [CalleeKind.service]: 'service',
  [CalleeKind.database]: 'database',
  [CalleeKind.broker]: 'broker',
};

/** The kind that stands for those of its side. */
function sideOf(kind: number): number {
  if (kind === SpanKind.server || kind === SpanKind.consumer) return SpanKind.server;
  return kind === SpanKind.client || kind === SpanKind.producer ? SpanKind.client : SpanKind.internal;
}

function stepsOf({ startMicros, endMicros }: SumsQuery): Pick<TablePart, 'fromStep' | 'toStep'> {
  return { fromStep: stepOf(startMicros), toStep: stepOf(endMicros) };
}

function extentOf({ fromStep, toStep }: TablePart, coverage: Coverage): SumsExtent {
  return { startMicros: fromStep * stepMicros, endMicros: (toStep + 1) * stepMicros, ...coverage };
}

function stepCell(steps: Map<number, Cell>, step: number): Cell {
  let cell = steps.get(step);
  if (cell === undefined) steps.set(step, (cell = new Cell()));
  return cell;
}

function statisticsOf(
  { service, operation, kind, whole, steps }: StatisticsLine,
  count: number,
  { exemplars }: StatisticsQuery,
): ServiceStatistics {
  const cells = Array.from({ length: count }, (_, step) => steps.get(step));
  return {
    service,
    operation,
    kind,
    ...sumsOf(whole),
    steps: {
      counts: cells.map((cell) => cell?.count ?? 0),
      errors: cells.map((cell) => cell?.errors ?? 0),
      p50Micros: cells.map((cell) => percentileOf(cell, 0.5)),
      p95Micros: cells.map((cell) => percentileOf(cell, 0.95)),
      p99Micros: cells.map((cell) => percentileOf(cell, 0.99)),
      ...(exemplars === 'steps' && { exemplars: cells.flatMap(exemplarsOf) }),
    },
  };
}

/** The slowest, and those that stand where the percentiles do: what is slow always, and what was slow once. */
const exemplarQuantiles: readonly number[] = [0.5, 0.95, 1];

function exemplarsOf(cell: Cell | undefined, step: number): StepExemplar[] {
  if (cell === undefined) return [];
  const durations = new Set(exemplarQuantiles.map((quantile) => cell.histogram.quantile(quantile)));
  return cell.histogram
    .entries()
    .filter(({ bucket }) => durations.has(latencyBucketNanos(bucket)))
    .map(({ bucket, exemplar }) => ({
      step,
      traceId: exemplarHex(exemplar),
      durationMicros: latencyBucketNanos(bucket) / 1000,
    }));
}

function sumsOf(cell: Cell): LatencySums {
  const buckets = cell.histogram.entries();
  return {
    count: cell.count,
    errors: cell.errors,
    durationSumMicros: cell.durationSumNanos / 1000,
    p50Micros: percentileOf(cell, 0.5),
    p95Micros: percentileOf(cell, 0.95),
    p99Micros: percentileOf(cell, 0.99),
    histogram: {
      buckets: buckets.map(({ bucket }) => bucket),
      counts: buckets.map(({ count }) => count),
      exemplars: buckets.map(({ exemplar }) => exemplarHex(exemplar)),
    },
  };
}

function exemplarHex([traceId0, traceId1, traceId2, traceId3]: TraceIdWords): string {
  return traceIdHex({ traceId0, traceId1, traceId2, traceId3 });
}

function percentileOf(cell: Cell | undefined, quantile: number): number | null {
  const nanos = cell?.histogram.quantile(quantile);
  return nanos === undefined ? null : nanos / 1000;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
