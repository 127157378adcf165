import { addServiceEdges } from './service-edges.ts';
import type { RollUpSpan } from './roll-up-span.ts';
import type { SeriesTableJson } from './series-table.ts';
import { SeriesTable, stepOf } from './series-table.ts';

/** As it is kept in files and sent between threads. */
export interface RollUpJson {
  readonly operations: SeriesTableJson;
  readonly edges: SeriesTableJson;
}

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
    for (const span of spans) this.#addOperation(span);
    addServiceEdges(spans, this.edges);
  }

  /** As `add`, with pauses. The spans must not change meanwhile. */
  async addPausing(spans: readonly RollUpSpan[], pause: Pause): Promise<void> {
    for (let at = 0; at < spans.length; at += spansTogether) {
      for (const span of spans.slice(at, at + spansTogether)) this.#addOperation(span);
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

  toJSON(): RollUpJson {
    return { operations: this.operations.toJSON(), edges: this.edges.toJSON() };
  }

  #addOperation(span: RollUpSpan): void {
    const { weight, failed, durationNanos, traceId: exemplar } = span;
    const cell = this.operations.cell(span.service, span.operation, span.kind, stepOf(span.startMicros));
    cell.add({ weight, failed, durationNanos, exemplar });
  }
}
