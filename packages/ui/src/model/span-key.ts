import { parseSpanId, spanIdHex } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire/span-record';

/**
 * The name of a span in an address: its id, and `.1`, `.2` … for later spans of the trace with the same id (the server
 * half of a Zipkin call, or a duplicate).
 */
export function spanKey(spans: readonly SpanRecord[], index: number): string {
  const span = spans[index]!;
  let before = 0;
  for (let other = 0; other < index; other++) if (sameId(spans[other]!, span.spanId0, span.spanId1)) before++;
  return before === 0 ? spanIdHex(span) : `${spanIdHex(span)}.${before}`;
}

/** Position of the span with this key, -1 when there is none. */
export function indexOfSpanKey(spans: readonly SpanRecord[], key: string): number {
  const [id = '', nth = '0'] = key.split('.');
  const words = parseSpanId(id);
  if (words === undefined) return -1;
  let left = Number(nth);
  return spans.findIndex((span) => sameId(span, words[0], words[1]) && left-- === 0);
}

export function isSpanKey(text: string): boolean {
  return /^[0-9a-f]{16}(\.[1-9]\d{0,5})?$/.test(text);
}

/** By what the store tells spans apart. The key in the address counts spans of one id, and that count changes. */
export function storedKey({ spanId0, spanId1, kind, shared, startMicros, startNanos }: SpanRecord): string {
  return `${spanId0} ${spanId1} ${kind} ${shared} ${startMicros} ${startNanos}`;
}

function sameId(span: SpanRecord, id0: number, id1: number): boolean {
  return span.spanId0 === id0 && span.spanId1 === id1;
}
