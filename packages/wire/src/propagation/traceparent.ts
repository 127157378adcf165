import { hexOfTwoWords } from '../internal/hex-of-words.ts';
import { byteAt, isBroken, load, putByte, putCharacter, putWord, resetBroken, textUpTo, wordAt } from './hex.ts';
import type { MutableTraceContext } from './trace-context.ts';

const dash = 0x2d;
const letterF = 0x66;
const length = 55;
/** Sampled and random trace id: the bits that the specification's level 2 defines. */
const knownFlags = 0x03;

/** The trace id as 32 lower-case hex digits. */
export function formatTraceId128(
  context: Pick<MutableTraceContext, 'traceId0' | 'traceId1' | 'traceId2' | 'traceId3'>,
): string {
  putWord(0, context.traceId0);
  putWord(8, context.traceId1);
  putWord(16, context.traceId2);
  putWord(24, context.traceId3);
  return textUpTo(32);
}

/** The span id as 16 lower-case hex digits. */
export function formatSpanId(context: Pick<MutableTraceContext, 'spanId0' | 'spanId1'>): string {
  return hexOfTwoWords(context.spanId0, context.spanId1);
}

/**
 * The W3C `traceparent` of a context, version 00. Of the flags only sampled and random-trace-id travel. The ids must not
 * be zero: nothing checks that here.
 */
export function formatTraceparent(context: Readonly<MutableTraceContext>): string {
  putByte(0, 0);
  putCharacter(2, dash);
  putWord(3, context.traceId0);
  putWord(11, context.traceId1);
  putWord(19, context.traceId2);
  putWord(27, context.traceId3);
  putCharacter(35, dash);
  putWord(36, context.spanId0);
  putWord(44, context.spanId1);
  putCharacter(52, dash);
  putByte(53, context.flags & knownFlags);
  return textUpTo(length);
}

/**
 * Reads a W3C `traceparent` (Trace Context level 1 and 2). Fills ids, flags, `samplingKnown` (true) and `debug` (false).
 * Flags that level 2 does not define are dropped.
 *
 * Refused, with false and `target` untouched: wrong length, upper-case or other digits, version `ff`, version `00` with
 * anything behind the flags, a zero trace id or span id. Later versions are read by their first four fields, as the
 * specification asks.
 */
export function parseTraceparent(header: string, target: MutableTraceContext): boolean {
  if (header.length !== length) return parseFutureTraceparent(header, target);
  // Before `load`, whose call into native code is half the cost: most malformed headers end here.
  if (header.charCodeAt(2) !== dash || header.charCodeAt(35) !== dash || header.charCodeAt(52) !== dash) return false;
  if ((header.charCodeAt(0) === letterF && header.charCodeAt(1) === letterF) || !load(header)) return false;
  resetBroken();
  const traceId0 = wordAt(3);
  const traceId1 = wordAt(11);
  const traceId2 = wordAt(19);
  const traceId3 = wordAt(27);
  const spanId0 = wordAt(36);
  const spanId1 = wordAt(44);
  const flags = byteAt(53);
  if (isBroken() || flags < 0 || byteAt(0) < 0) return false;
  if ((traceId0 | traceId1 | traceId2 | traceId3) === 0 || (spanId0 | spanId1) === 0) return false;
  target.traceId0 = traceId0;
  target.traceId1 = traceId1;
  target.traceId2 = traceId2;
  target.traceId3 = traceId3;
  target.spanId0 = spanId0;
  target.spanId1 = spanId1;
  target.flags = flags & knownFlags;
  target.samplingKnown = true;
  target.debug = false;
  return true;
}

/** A longer header may be of a later version, if a dash follows what we know. */
function parseFutureTraceparent(header: string, target: MutableTraceContext): boolean {
  if (!(header.length > length) || header.charCodeAt(length) !== dash || header.startsWith('00')) return false;
  return parseTraceparent(header.slice(0, length), target);
}
