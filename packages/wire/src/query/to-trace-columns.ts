import { parentIdHex, parseTraceId, spanIdHex, traceIdHex } from '../ids.ts';
import type { TraceIdWords } from '../ids.ts';
import type { SpanEvent, SpanRecord } from '../span-record.ts';
import { columnLink, columnResource, columnScope, Dictionary, nonEmpty } from './column-parts.ts';
import { toJsonValues } from './json-value.ts';
import type { ColumnEvent, ColumnResource, ColumnScope, SpanDetails, TraceColumns } from './trace-columns.ts';

/** Packs the spans of one trace, in any order; they are sorted by start. `traceId` is 32 hex digits. */
export function toTraceColumns(traceId: string, spans: readonly SpanRecord[]): TraceColumns {
  const sorted = [...spans].sort(byStart);
  const baseMicros = sorted.find((span) => span.startMicros > 0)?.startMicros ?? 0;
  const names = new Dictionary<string>();
  const resources = new Dictionary<ColumnResource>();
  const scopes = new Dictionary<ColumnScope>();
  const details: Record<number, SpanDetails> = {};
  const traceIdWords = parseTraceId(traceId) ?? noTraceId;
  for (const [index, span] of sorted.entries()) {
    const rare = detailsOf(span, traceIdWords, baseMicros);
    if (rare !== undefined) details[index] = rare;
  }
  return {
    traceId,
    count: sorted.length,
    baseMicros,
    spans: {
      spanId: sorted.map(spanIdHex),
      parentId: sorted.map(parentIdHex),
      name: sorted.map((span) => names.indexOf(span.name, () => span.name)),
      resource: sorted.map((span) => resources.indexOf(span.resource, () => columnResource(span.resource))),
      scope: sorted.map((span) => scopes.indexOf(span.scope, () => columnScope(span.scope))),
      kind: sorted.map((span) => span.kind),
      status: sorted.map((span) => span.status),
      startOffsetMicros: sorted.map((span) => span.startMicros - baseMicros),
      startNanos: sorted.map((span) => span.startNanos),
      durationNanos: sorted.map((span) => span.durationNanos ?? null),
      marks: sorted.map((span) => (span.shared ? 1 : 0) | (span.debug ? 2 : 0) | (span.unfinished ? 4 : 0)),
      flags: sorted.map((span) => span.flags),
      attributes: sorted.map((span) => toJsonValues(span.attributes)),
      details,
    },
    names: names.values,
    resources: resources.values,
    scopes: scopes.values,
  };
}

function byStart(one: SpanRecord, other: SpanRecord): number {
  return one.startMicros - other.startMicros || one.startNanos - other.startNanos;
}

function detailsOf(span: SpanRecord, traceId: TraceIdWords, baseMicros: number): SpanDetails | undefined {
  const isOfTrace = hasTraceId(span, traceId);
  if (isOfTrace && isPlain(span)) return undefined;
  const details: SpanDetails = nonEmpty({
    traceId: isOfTrace ? undefined : traceIdHex(span),
    statusMessage: span.statusMessage,
    traceState: span.traceState,
    localEndpoint: span.localEndpoint,
    remoteEndpoint: span.remoteEndpoint,
    events: span.events.map((event) => columnEvent(event, baseMicros)),
    links: span.links.map(columnLink),
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  });
  return Object.keys(details).length === 0 ? undefined : details;
}

function hasTraceId(span: SpanRecord, id: TraceIdWords): boolean {
  return span.traceId0 === id[0] && span.traceId1 === id[1] && span.traceId2 === id[2] && span.traceId3 === id[3];
}

/** Whether a span has nothing that goes to the details: most have not. */
function isPlain(span: SpanRecord): boolean {
  return (
    span.statusMessage === '' &&
    span.traceState === '' &&
    span.localEndpoint === undefined &&
    span.remoteEndpoint === undefined &&
    span.events.length === 0 &&
    span.links.length === 0 &&
    (span.droppedAttributesCount | span.droppedEventsCount | span.droppedLinksCount) === 0
  );
}

function columnEvent(event: SpanEvent, baseMicros: number): ColumnEvent {
  return {
    offsetMicros: event.timeMicros - baseMicros,
    nanos: event.timeNanos,
    name: event.name,
    attributes: toJsonValues(event.attributes),
    ...nonEmpty({ droppedAttributesCount: event.droppedAttributesCount }),
  };
}

const noTraceId = [0, 0, 0, 0] as const;
