import { hexOfTwoWords } from './internal/hex-of-words.ts';
import type { SpanRecord } from './span-record.ts';

/** The trace id as 32 lower-case hex digits. */
export function traceIdHex(span: Pick<SpanRecord, 'traceId0' | 'traceId1' | 'traceId2' | 'traceId3'>): string {
  return hexOfTwoWords(span.traceId0, span.traceId1) + hexOfTwoWords(span.traceId2, span.traceId3);
}

/** The span id as 16 lower-case hex digits. */
export function spanIdHex(span: Pick<SpanRecord, 'spanId0' | 'spanId1'>): string {
  return hexOfTwoWords(span.spanId0, span.spanId1);
}

/** The parent's span id as 16 lower-case hex digits, or the empty string for a root. */
export function parentIdHex(span: Pick<SpanRecord, 'parentId0' | 'parentId1'>): string {
  return (span.parentId0 | span.parentId1) === 0 ? '' : hexOfTwoWords(span.parentId0, span.parentId1);
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
