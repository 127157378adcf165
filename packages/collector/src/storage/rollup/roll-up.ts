import { addServiceEdges } from './service-edges.ts';
import type { RollUpSpan } from './roll-up-span.ts';
import type { SeriesTableJson } from './series-table.ts';
import { SeriesTable, stepOf } from './series-table.ts';

/** As it is merged. */
export interface RollUpJson {
  readonly operations: SeriesTableJson;
  readonly edges: SeriesTableJson;
}

/** `services` are the operations summed up by service: what most questions are about, and a small part of all. */
export type TableName = 'operations' | 'services' | 'edges';

/** Gives other work its turn. */
export type Pause = () => Promise<void>;

/** Spans between pauses. */
const spansTogether = 4096;

/** What is known of many spans without them: sums by service, operation, kind and minute, and calls between services. */
export class RollUp {
  /** By service, operation and kind. */
  readonly operations: SeriesTable = new SeriesTable();
  /** By caller, callee and `CalleeKind`. */
  readonly edges: SeriesTable = new SeriesTable();

  static of(json: RollUpJson): RollUp {
    const rollUp = new RollUp();
    rollUp.mergeJson(json);
    return rollUp;
  }

  /** Counts spans with different keys. Calls are found between those that are given together. */
  add(spans: readonly RollUpSpan[]): void {
    for (const span of spans) countSpan(span, this.operations, span.operation);
    addServiceEdges(spans, this.edges);
  }

  /** As `add`, with pauses. The spans must not change meanwhile. */
  async addPausing(spans: readonly RollUpSpan[], pause: Pause): Promise<void> {
    for (let at = 0; at < spans.length; at += spansTogether) {
      for (const span of spans.slice(at, at + spansTogether)) countSpan(span, this.operations, span.operation);
      await pause();
    }
    addServiceEdges(spans, this.edges);
  }

  merge(other: RollUp): void {
    this.operations.merge(other.operations);
    this.edges.merge(other.edges);
  }

  /** Takes out what was added before. */
  subtract(other: RollUp): void {
    this.operations.subtract(other.operations);
    this.edges.subtract(other.edges);
  }

  mergeJson({ operations, edges }: RollUpJson): void {
    this.operations.mergeJson(operations);
    this.edges.mergeJson(edges);
  }

  /** Those of services are summed up anew. */
  table(name: TableName): SeriesTable {
    return name === 'services' ? this.operations.byFirst() : this[name];
  }

  toJSON(): RollUpJson {
    return { operations: this.operations.toJSON(), edges: this.edges.toJSON() };
  }
}

/** Counts a span among those of its service under this name. */
export function countSpan(span: RollUpSpan, table: SeriesTable, operation: string): void {
  const { weight, failed, durationNanos, traceId: exemplar } = span;
  table
    .cell(span.service, operation, span.kind, stepOf(span.startMicros))
    .add({ weight, failed, durationNanos, exemplar });
}
