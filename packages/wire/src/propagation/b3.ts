import { characterAt, isBroken, load, putCharacter, putWord, resetBroken, textUpTo, wordAt } from './hex.ts';
import type { MutableTraceContext } from './trace-context.ts';

const dash = 0x2d;
const zero = 0x30;
const one = 0x31;
const letterD = 0x64;

/**
 * The `b3` header: `traceId-spanId-state` with state `1`, `0` or `d` (debug), and without state when `samplingKnown` is
 * false. A trace id whose high half is zero is written with 16 digits. The parent's id is never sent.
 */
export function formatB3Single(context: Readonly<MutableTraceContext>): string {
  let at = 0;
  if ((context.traceId0 | context.traceId1) !== 0) {
    putWord(0, context.traceId0);
    putWord(8, context.traceId1);
    at = 16;
  }
  putWord(at, context.traceId2);
  putWord(at + 8, context.traceId3);
  putCharacter(at + 16, dash);
  putWord(at + 17, context.spanId0);
  putWord(at + 25, context.spanId1);
  if (!context.samplingKnown && !context.debug) return textUpTo(at + 33);
  putCharacter(at + 33, dash);
  putCharacter(at + 34, context.debug ? letterD : zero + (context.flags & 1));
  return textUpTo(at + 35);
}

/**
 * Reads a `b3` header: `0`, `1` or `d` alone (ids of `target` become zero), or `traceId-spanId` with an optional state
 * and an optional parent id (checked, then ignored). Trace ids have 16 or 32 digits, lower case.
 * Anything else gives false and leaves `target` alone.
 */
export function parseB3Single(header: string, target: MutableTraceContext): boolean {
  if (!load(header)) return false;
  const { length } = header;
  if (length === 1) return parseStateOnly(characterAt(0), target);
  const at = characterAt(16) === dash ? 0 : 16;
  const end = at + 33;
  if (length < end || characterAt(at + 16) !== dash) return false;
  resetBroken();
  const traceId0 = at === 0 ? 0 : wordAt(0);
  const traceId1 = at === 0 ? 0 : wordAt(8);
  const traceId2 = wordAt(at);
  const traceId3 = wordAt(at + 8);
  const spanId0 = wordAt(at + 17);
  const spanId1 = wordAt(at + 25);
  if (isBroken()) return false;
  if ((traceId0 | traceId1 | traceId2 | traceId3) === 0 || (spanId0 | spanId1) === 0) return false;
  const state = stateBehind(end, length);
  if (state < 0) return false;
  target.traceId0 = traceId0;
  target.traceId1 = traceId1;
  target.traceId2 = traceId2;
  target.traceId3 = traceId3;
  target.spanId0 = spanId0;
  target.spanId1 = spanId1;
  setState(target, state);
  return true;
}

/** The state's character, 0 when there is none, -1 when what follows the span id is malformed. */
function stateBehind(end: number, length: number): number {
  const rest = length - end;
  if (rest === 0) return 0;
  if (characterAt(end) !== dash) return -1;
  if (rest === 17) return isParent(end + 1) ? 0 : -1;
  const state = characterAt(end + 1);
  if (state !== zero && state !== one && state !== letterD) return -1;
  if (rest === 2) return state;
  return rest === 19 && characterAt(end + 2) === dash && isParent(end + 3) ? state : -1;
}

function isParent(offset: number): boolean {
  wordAt(offset);
  wordAt(offset + 8);
  return !isBroken();
}

function parseStateOnly(state: number, target: MutableTraceContext): boolean {
  if (state !== zero && state !== one && state !== letterD) return false;
  clearIds(target);
  setState(target, state);
  return true;
}

function clearIds(target: MutableTraceContext): void {
  target.traceId0 = 0;
  target.traceId1 = 0;
  target.traceId2 = 0;
  target.traceId3 = 0;
  target.spanId0 = 0;
  target.spanId1 = 0;
}

/** `state` is a character as in the single header, 0 for none. */
function setState(target: MutableTraceContext, state: number): void {
  target.flags = state === one || state === letterD ? 1 : 0;
  target.samplingKnown = state !== 0;
  target.debug = state === letterD;
}

/**
 * Reads `X-B3-TraceId`, `X-B3-SpanId`, `X-B3-Sampled` and `X-B3-Flags`, each `undefined` when the carrier lacks it.
 *
 * Both ids or none; none with a sampling decision gives zero ids. `sampled` may be `1`, `0`, `true` or `false` in any
 * case; flags `1` is debug and means sampled; other flags are ignored. Ids of fewer digits than 16 are padded, as Brave
 * does it (jaeger-client sends them). Anything else, and nothing at all, gives false and leaves `target` alone.
 */
export function parseB3Multi(
  traceId: string | undefined,
  spanId: string | undefined,
  sampled: string | undefined,
  flags: string | undefined,
  target: MutableTraceContext,
): boolean {
  const state = flags === '1' ? letterD : stateOf(sampled);
  if (state < 0) return false;
  if (traceId === undefined && spanId === undefined) return state !== 0 && parseStateOnly(state, target);
  if (traceId === undefined || spanId === undefined) return false;
  const digits = traceId.length;
  if (digits !== 32 && digits !== 16) {
    if (digits === 0 || digits > 32) return false;
    return parseB3Multi(traceId.padStart(digits > 16 ? 32 : 16, '0'), spanId, sampled, flags, target);
  }
  if (spanId.length !== 16) {
    if (spanId.length === 0 || spanId.length > 16) return false;
    return parseB3Multi(traceId, spanId.padStart(16, '0'), sampled, flags, target);
  }
  return parseIds(traceId, spanId, state, target);
}

function parseIds(traceId: string, spanId: string, state: number, target: MutableTraceContext): boolean {
  if (!load(spanId)) return false;
  resetBroken();
  const spanId0 = wordAt(0);
  const spanId1 = wordAt(8);
  if (!load(traceId)) return false;
  const at = traceId.length - 16;
  const traceId0 = at === 0 ? 0 : wordAt(0);
  const traceId1 = at === 0 ? 0 : wordAt(8);
  const traceId2 = wordAt(at);
  const traceId3 = wordAt(at + 8);
  if (isBroken()) return false;
  if ((traceId0 | traceId1 | traceId2 | traceId3) === 0 || (spanId0 | spanId1) === 0) return false;
  target.traceId0 = traceId0;
  target.traceId1 = traceId1;
  target.traceId2 = traceId2;
  target.traceId3 = traceId3;
  target.spanId0 = spanId0;
  target.spanId1 = spanId1;
  setState(target, state);
  return true;
}

/** As a character of the single header: 0 when absent, -1 when malformed. */
function stateOf(sampled: string | undefined): number {
  if (sampled === undefined) return 0;
  if (sampled === '1') return one;
  if (sampled === '0') return zero;
  if (sampled.length > 5) return -1;
  const lower = sampled.toLowerCase();
  if (lower === 'true') return one;
  return lower === 'false' ? zero : -1;
}
