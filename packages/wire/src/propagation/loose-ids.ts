import type { MutableTraceContext } from './trace-context.ts';

/** 128 bits as signed words, the last one the lowest. */
export interface IdWords {
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
}

/**
 * Reads an id as lenient formats write it: 1 to `maxDigits` (32 at most) hex digits in either case, without the zeros in
 * front. `undefined` for anything else.
 */
export function parseLooseHex(digits: string, maxDigits: number): IdWords | undefined {
  const { length } = digits;
  if (length === 0 || length > maxDigits) return undefined;
  const words = [0, 0, 0, 0];
  for (let at = 0; at < length; at++) {
    const digit = digitOf(digits.charCodeAt(at));
    if (digit < 0) return undefined;
    const word = 3 - ((length - 1 - at) >> 3);
    words[word] = (words[word]! << 4) | digit;
  }
  const [word0, word1, word2, word3] = words as [number, number, number, number];
  return { word0, word1, word2, word3 };
}

/** -1 for what is no digit. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Puts both ids into the target and says so, unless one of them is zero. */
export function setIds(target: MutableTraceContext, trace: IdWords, span: IdWords): boolean {
  if ((trace.word0 | trace.word1 | trace.word2 | trace.word3) === 0 || (span.word2 | span.word3) === 0) return false;
  setTraceId(target, trace);
  target.spanId0 = span.word2;
  target.spanId1 = span.word3;
  return true;
}

/** For headers that name a trace and no span of it. */
export function setTraceIdAlone(target: MutableTraceContext, trace: IdWords): void {
  setTraceId(target, trace);
  target.spanId0 = target.spanId1 = 0;
}

function setTraceId(target: MutableTraceContext, trace: IdWords): void {
  target.traceId0 = trace.word0;
  target.traceId1 = trace.word1;
  target.traceId2 = trace.word2;
  target.traceId3 = trace.word3;
}

/** For headers that carry a decision alone. */
export function clearIds(target: MutableTraceContext): void {
  target.traceId0 = target.traceId1 = target.traceId2 = target.traceId3 = 0;
  target.spanId0 = target.spanId1 = 0;
}

/** Puts a decision into the target; `undefined` leaves it to the receiver. */
export function setDecision(target: MutableTraceContext, sampled: boolean | undefined): void {
  target.flags = sampled === true ? 1 : 0;
  target.samplingKnown = sampled !== undefined;
  target.debug = false;
}
