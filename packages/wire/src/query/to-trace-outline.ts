import { parseTraceId, traceIdHex } from '../ids.ts';
import type { InstrumentationScope, Resource, SpanLink, SpanRecord } from '../span-record.ts';
import { columnLink, columnResource, columnScope, Dictionary } from './column-parts.ts';
import type { ColumnResource, ColumnScope } from './column-parts.ts';
import { emptyOutlineSpans } from './trace-outline.ts';
import type { OutlineDetails, OutlineSpans, TraceOutline } from './trace-outline.ts';

/** What an outline is packed of. Spans refer to `names`, `resources` and `scopes`, which may repeat and be sparse. */
export interface OutlineParts {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly count: number;
  readonly baseMicros: number;
  /** In the order of the outline. Packing replaces the numbers in `resource` and `scope`. */
  readonly spans: OutlineSpans;
  readonly names: readonly string[];
  readonly resources: readonly Resource[];
  readonly scopes: readonly InstrumentationScope[];
  readonly links: ReadonlyMap<number, readonly SpanLink[]>;
  /** Of spans whose trace id is not the trace's: 64- and 128-bit ids of one trace. */
  readonly traceIds: ReadonlyMap<number, string>;
}

/** Makes an outline of its parts: what several spans share is said once. For a store that has columns already. */
export function packTraceOutline(parts: OutlineParts): TraceOutline {
  const { traceId, count, baseMicros, names, spans } = parts;
  const resources = new Dictionary<ColumnResource>();
  const scopes = new Dictionary<ColumnScope>();
  renumber(spans.resource, parts.resources, (resource) => resources.indexOf(resource, () => columnResource(resource)));
  renumber(spans.scope, parts.scopes, (scope) => scopes.indexOf(scope, () => columnScope(scope)));
  const details: Record<number, OutlineDetails> = {};
  for (const [index, id] of parts.traceIds) details[index] = { traceId: id };
  for (const [index, links] of parts.links) details[index] = { ...details[index], links: links.map(columnLink) };
  return { traceId, count, baseMicros, names, resources: resources.values, scopes: scopes.values, spans, details };
}

function renumber<T>(column: Uint32Array, values: readonly T[], numberOf: (value: T) => number): void {
  const numbers: number[] = [];
  for (let index = 0; index < column.length; index++) {
    const before = column[index]!;
    column[index] = numbers[before] ??= numberOf(values[before]!);
  }
}

/** The outline of records that are sorted by start. `traceId` is 32 hex digits. */
export function toTraceOutline(traceId: string, sorted: readonly SpanRecord[]): TraceOutline {
  const baseMicros = sorted.find((span) => span.startMicros > 0)?.startMicros ?? 0;
  const spans = emptyOutlineSpans(sorted.length);
  const names = new Numbers<string>();
  const resources = new Numbers<Resource>();
  const scopes = new Numbers<InstrumentationScope>();
  const links = new Map<number, readonly SpanLink[]>();
  const traceIds = new Map<number, string>();
  const words = parseTraceId(traceId);
  for (const [index, span] of sorted.entries()) {
    spans.ids.set([span.spanId0, span.spanId1, span.parentId0, span.parentId1], index * 4);
    spans.name[index] = names.of(span.name);
    spans.resource[index] = resources.of(span.resource);
    spans.scope[index] = scopes.of(span.scope);
    spans.kind[index] = span.kind;
    spans.status[index] = span.status;
    spans.startOffsetMicros[index] = span.startMicros - baseMicros;
    spans.startNanos[index] = span.startNanos;
    spans.durationNanos[index] = span.durationNanos ?? Number.NaN;
    spans.flags[index] = span.flags;
    spans.marks[index] = (span.shared ? 1 : 0) | (span.debug ? 2 : 0) | (span.unfinished ? 4 : 0);
    if (span.links.length > 0) links.set(index, span.links);
    const { traceId0, traceId1, traceId2, traceId3 } = span;
    if ([traceId0, traceId1, traceId2, traceId3].some((word, at) => word !== words?.[at])) {
      traceIds.set(index, traceIdHex(span));
    }
  }
  return packTraceOutline({
    traceId,
    count: sorted.length,
    baseMicros,
    spans,
    names: names.values,
    resources: resources.values,
    scopes: scopes.values,
    links,
    traceIds,
  });
}

/** Values numbered as they come, by identity: packing finds equal ones. */
class Numbers<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<Value, number>();

  of(value: Value): number {
    let number = this.#numbers.get(value);
    if (number === undefined) this.#numbers.set(value, (number = this.values.push(value) - 1));
    return number;
  }
}
