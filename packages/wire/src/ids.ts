import type { SpanRecord } from './span-record.ts';

/** One 32-bit word as eight lower-case hex digits. */
export function wordHex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

/** The trace id as 32 lower-case hex digits. */
export function traceIdHex(span: Pick<SpanRecord, 'traceId0' | 'traceId1' | 'traceId2' | 'traceId3'>): string {
  return wordHex(span.traceId0) + wordHex(span.traceId1) + wordHex(span.traceId2) + wordHex(span.traceId3);
}

/** The span id as 16 lower-case hex digits. */
export function spanIdHex(span: Pick<SpanRecord, 'spanId0' | 'spanId1'>): string {
  return wordHex(span.spanId0) + wordHex(span.spanId1);
}

/** The parent's span id as 16 lower-case hex digits, or the empty string for a root. */
export function parentIdHex(span: Pick<SpanRecord, 'parentId0' | 'parentId1'>): string {
  return (span.parentId0 | span.parentId1) === 0 ? '' : wordHex(span.parentId0) + wordHex(span.parentId1);
}

/** Four words of a trace id, most significant first. */
export type TraceIdWords = readonly [number, number, number, number];

/**
 * Reads a trace id of 1–32 hex digits in either case, padded with zeros at the left.
 * Anything else, and an id of zeros only, gives `undefined`.
 */
export function parseTraceId(text: string): TraceIdWords | undefined {
  if (!/^[0-9a-f]{1,32}$/i.test(text)) return undefined;
  const padded = text.padStart(32, '0');
  const words: TraceIdWords = [wordAt(padded, 0), wordAt(padded, 8), wordAt(padded, 16), wordAt(padded, 24)];
  return (words[0] | words[1] | words[2] | words[3]) === 0 ? undefined : words;
}

/** Reads a span id of 1–16 hex digits; otherwise as `parseTraceId`. */
export function parseSpanId(text: string): readonly [number, number] | undefined {
  if (!/^[0-9a-f]{1,16}$/i.test(text)) return undefined;
  const padded = text.padStart(16, '0');
  const words = [wordAt(padded, 0), wordAt(padded, 8)] as const;
  return (words[0] | words[1]) === 0 ? undefined : words;
}

function wordAt(hex: string, offset: number): number {
  return Number.parseInt(hex.slice(offset, offset + 8), 16) | 0;
}
