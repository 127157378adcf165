import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import type { SpanRecord } from '@spanwise/wire';

import { mapInTurns } from '../map-in-turns.ts';

const comma = Buffer.from(',');

/** Spans as a JSON array in Zipkin's version 2 format, as they came: neither merged nor corrected. */
export function spansJson(spans: readonly SpanRecord[]): Buffer {
  const encoder = new ZipkinJsonEncoder();
  for (const span of spans) encoder.add(span);
  return encoder.spanCount === 0 ? Buffer.from('[]') : Buffer.from(encoder.take());
}

/** Traces as a JSON array of arrays. */
export async function tracesJson(traces: readonly (readonly SpanRecord[])[]): Promise<Buffer> {
  const bodies = await mapInTurns(traces, spansJson);
  const parts = bodies.flatMap((body, index) => (index === 0 ? [body] : [comma, body]));
  return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]);
}
