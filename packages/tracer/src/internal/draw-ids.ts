import type { IdSource } from '../ids/id-source.ts';
import type { SpanDraft } from './span-draft.ts';

// A source that gives zeros only is broken, but must not hang the application: there is no loop here.
// What a source throws is thrown on.

/** A trace id that is not zero, of 128 bits or of 64. */
export function drawTraceId(draft: SpanDraft, ids: IdSource, isWide: boolean): void {
  draft.traceId0 = isWide ? ids.nextWord() | 0 : 0;
  draft.traceId1 = isWide ? ids.nextWord() | 0 : 0;
  draft.traceId2 = ids.nextWord() | 0;
  draft.traceId3 = ids.nextWord() | 0;
  if ((draft.traceId0 | draft.traceId1 | draft.traceId2 | draft.traceId3) === 0) draft.traceId3 = 1;
}

/**
 * A span id that is neither zero nor the trace id's lower half (some backends take that for a root
 * of old 64-bit traces).
 */
export function drawSpanId(draft: SpanDraft, ids: IdSource): void {
  draft.spanId0 = ids.nextWord() | 0;
  draft.spanId1 = ids.nextWord() | 0;
  if (draft.spanId1 === draft.traceId3 && draft.spanId0 === draft.traceId2) draft.spanId0 ^= 0x40000000;
  if ((draft.spanId0 | draft.spanId1) === 0) draft.spanId1 = 3;
}
