import { traceIdHex } from '@spanwise/wire';
import { encodeTraceOutline, toTraceColumns, toTraceOutline } from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';

/** The forms in which a store can give traces as JSON. A new façade adds its own here. */
export type TraceForm = 'columns' | 'zipkin-v2';

/** What `SpanStore.openTrace` gives: `TraceColumns` as UTF-8 JSON, or `TraceOutline` as `encodeTraceOutline` has it. */
export interface OpenedTrace {
  readonly form: 'columns' | 'outline';
  readonly bytes: Uint8Array;
}

/** A trace and why it was found. */
export interface FoundTrace {
  readonly spans: readonly SpanRecord[];
  readonly matchedSpanIds: readonly string[];
}

/** How each form is made of the spans of one trace, of which there is at least one. */
const encoders: Readonly<Record<TraceForm, (spans: readonly SpanRecord[]) => Uint8Array>> = {
  /** `TraceColumns`, for our own page. */
  columns: (spans) => new TextEncoder().encode(JSON.stringify(toTraceColumns(traceIdHex(spans[0]!), spans))),
  /** A list of Zipkin's spans, as they came: neither merged nor corrected. */
  'zipkin-v2': (spans) => {
    const encoder = new ZipkinJsonEncoder();
    for (const span of spans) encoder.add(span);
    return encoder.spanCount === 0 ? new TextEncoder().encode('[]') : encoder.take();
  },
};

/** The trace as UTF-8 JSON; `undefined` when there are no spans. */
export function encodeTrace(spans: readonly SpanRecord[], form: TraceForm): Uint8Array | undefined {
  return spans.length === 0 ? undefined : encoders[form](spans);
}

/** As `SpanStore.openTrace` answers; the spans are sorted by start. */
export function openTrace(spans: readonly SpanRecord[], mostSpans: number): OpenedTrace | undefined {
  if (spans.length === 0) return undefined;
  if (spans.length <= mostSpans) return { form: 'columns', bytes: encoders.columns(spans) };
  return { form: 'outline', bytes: encodeTraceOutline(toTraceOutline(traceIdHex(spans[0]!), spans)) };
}

/** The traces as a JSON list of what `encodeTrace` gives. */
export function encodeTraces(traces: readonly FoundTrace[], form: TraceForm): Uint8Array {
  return joinTraces(traces.map(({ spans }) => encoders[form](spans)));
}

/** Encoded traces as one JSON list. Bytes are copied, not looked at. */
export function joinTraces(traces: readonly Uint8Array[]): Uint8Array {
  const list = new Uint8Array(traces.reduce((sum, { length }) => sum + length + 1, traces.length === 0 ? 2 : 1));
  list[0] = openBracket;
  let end = 1;
  for (const trace of traces) {
    if (end > 1) list[end++] = comma;
    list.set(trace, end);
    end += trace.length;
  }
  list[end] = closeBracket;
  return list;
}

const [openBracket, comma, closeBracket] = new TextEncoder().encode('[,]') as unknown as [number, number, number];
