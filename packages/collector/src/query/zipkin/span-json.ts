import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import type { SpanRecord } from '@spanwise/wire';

/** Spans as a JSON array in Zipkin's version 2 format, as they came: neither merged nor corrected. */
export function spansJson(spans: readonly SpanRecord[]): Buffer {
  const encoder = new ZipkinJsonEncoder();
  for (const span of spans) encoder.add(span);
  return encoder.spanCount === 0 ? Buffer.from('[]') : Buffer.from(encoder.take());
}

/** Traces as a JSON array of arrays. */
export function tracesJson(traces: readonly (readonly SpanRecord[])[]): Buffer {
  const parts = traces.flatMap((spans, index) => [Buffer.from(index === 0 ? '[' : ','), spansJson(spans)]);
  return parts.length === 0 ? Buffer.from('[]') : Buffer.concat([...parts, Buffer.from(']')]);
}
