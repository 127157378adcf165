import { parseLooseHex, setDecision, setIds, setTraceIdAlone } from './loose-ids.ts';
import type { MutableTraceContext } from './trace-context.ts';
import { formatTraceId128 } from './traceparent.ts';

/*
 * Datadog's `x-datadog-…` headers. What they say beyond ids and decision (priorities other than 0 and 1, the origin, tags
 * of the trace) is kept in the context's `tracestate` as the member `dd=s:2;o:rum;t.dm:-4`, the form in which Datadog's own
 * tracers put it there: so it is handed on by both formats, whichever it came by. Source: dd-trace-js,
 * opentracing/propagation/text_map.js and tracestate.js.
 */

/** The headers of one context, by what they carry. Absent ones are undefined. */
export interface DatadogHeaders {
  /** `x-datadog-trace-id`: the lower half, decimal. */
  readonly traceId: string | undefined;
  /** `x-datadog-parent-id`: the span's id, decimal. */
  readonly parentId: string | undefined;
  /** `x-datadog-sampling-priority`: -1, 0, 1 or 2; above 0 is sampled. */
  readonly samplingPriority: string | undefined;
  /** `x-datadog-origin`, such as `rum`. */
  readonly origin: string | undefined;
  /** `x-datadog-tags`: `_dd.p.tid=upper half in hex,_dd.p.dm=-4`. */
  readonly tags: string | undefined;
}

const maxTagsLength = 512;
const maxMemberValueLength = 256;
const tagPrefix = '_dd.p.';
const upperHalf = `${tagPrefix}tid`;
const userKeep = '2';

/**
 * The headers for a context. The priority is the one that came from Datadog where it agrees with the decision; else 2 for
 * debug, 1 for sampled, 0 for not sampled, and none when the receiver decides. Tags beyond 512 characters are left out.
 * A context without a span has a parent id of 0. The lower half of the trace id must not be zero: nothing checks that here.
 */
export function formatDatadog(
  context: Readonly<MutableTraceContext>,
): DatadogHeaders & { readonly traceId: string; readonly parentId: string } {
  const state = stateOf(context.traceState);
  return {
    traceId: decimal(context.traceId2, context.traceId3),
    parentId: decimal(context.spanId0, context.spanId1),
    samplingPriority: priorityOf(context, state.get('s')),
    origin: decodeValue(state.get('o')),
    tags: tagsOf(context, state),
  };
}

function decimal(high: number, low: number): string {
  return BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
}

function priorityOf(context: Readonly<MutableTraceContext>, received = ''): string | undefined {
  if (!context.samplingKnown && !context.debug) return undefined;
  const priority = isPriority(received) ? Number(received) : undefined;
  if (context.debug) return priority !== undefined && priority > 1 ? received : userKeep;
  const sampled = (context.flags & 1) === 1;
  if (priority !== undefined && priority > 0 === sampled) return received;
  return sampled ? '1' : '0';
}

function tagsOf(context: Readonly<MutableTraceContext>, state: ReadonlyMap<string, string>): string | undefined {
  let tags =
    (context.traceId0 | context.traceId1) === 0 ? '' : `${upperHalf}=${formatTraceId128(context).slice(0, 16)}`;
  for (const [key, value] of state) {
    if (!key.startsWith('t.')) continue;
    const tag = `${tagPrefix}${key.slice(2)}=${decodeValue(value)}`;
    const whole = tags === '' ? tag : `${tags},${tag}`;
    if (whole.length <= maxTagsLength) tags = whole;
  }
  return tags === '' ? undefined : tags;
}

/**
 * Reads Datadog's headers. Fills ids, decision and, as its member `dd`, `traceState`, which is empty when there is nothing
 * to hand on. Without a priority the receiver decides. Only tags `_dd.p.…` are taken, none when they are longer than 512
 * characters together; an upper half that is not 16 hex digits counts as zero, as in Datadog's tracers. What would make the
 * member longer than 256 characters is left out. A parent id of 0, which Datadog's synthetic tests send, names no span: `target`
 * then has a trace id, and a span id of zero.
 *
 * Refused, with false and `target` untouched: a trace id or parent id that is absent or no decimal number of 64 bits, a trace id
 * of zero, and a priority that is no whole number of at most two digits.
 */
export function parseDatadog(headers: DatadogHeaders, target: MutableTraceContext): boolean {
  const { samplingPriority } = headers;
  if (samplingPriority !== undefined && !isPriority(samplingPriority)) return false;
  const low = parseDecimal(headers.traceId);
  const span = parseDecimal(headers.parentId);
  if (low === undefined || span === undefined || (low.word2 | low.word3) === 0) return false;
  const tags = parseTags(headers.tags);
  const upper = tags.get(upperHalf) ?? '';
  const high = upper.length === 16 ? parseLooseHex(upper, 16) : undefined;
  const trace = { word0: high?.word2 ?? 0, word1: high?.word3 ?? 0, word2: low.word2, word3: low.word3 };
  // Both are checked: what is left is a parent id of zero.
  if (!setIds(target, trace, span)) setTraceIdAlone(target, trace);
  setDecision(target, samplingPriority === undefined ? undefined : Number(samplingPriority) > 0);
  target.traceState = memberOf(samplingPriority, headers.origin, tags);
  return true;
}

function isPriority(priority: string): boolean {
  return /^-?\d{1,2}$/.test(priority);
}

/** A number of 64 bits, in the lower two words. */
function parseDecimal(digits: string | undefined): { word0: 0; word1: 0; word2: number; word3: number } | undefined {
  if (digits === undefined || !/^\d{1,20}$/.test(digits)) return undefined;
  const number = BigInt(digits);
  if (number > 0xffff_ffff_ffff_ffffn) return undefined;
  return {
    word0: 0,
    word1: 0,
    word2: Number(BigInt.asIntN(32, number >> 32n)),
    word3: Number(BigInt.asIntN(32, number)),
  };
}

function parseTags(header: string | undefined): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  if (header === undefined || header.length > maxTagsLength) return tags;
  for (const part of header.split(',')) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    const value = part.slice(equals + 1).trim();
    if (key.length > tagPrefix.length && key.startsWith(tagPrefix) && value !== '') tags.set(key, value);
  }
  return tags;
}

/** The member `dd` of a `tracestate`, or nothing. */
function memberOf(priority: string | undefined, origin: string | undefined, tags: ReadonlyMap<string, string>): string {
  const fields: [key: string, value: string][] = [];
  // 0 and 1 are what the sampled flag says.
  if (priority !== undefined && priority !== '0' && priority !== '1') fields.push(['s', priority]);
  if (origin !== undefined) fields.push(['o', encodeValue(origin)]);
  for (const [key, value] of tags) {
    if (key !== upperHalf) fields.push([`t.${encodeKey(key.slice(tagPrefix.length))}`, encodeValue(value)]);
  }
  let text = '';
  for (const [key, value] of fields) {
    const field = `${text === '' ? '' : ';'}${key}:${value}`;
    if (value !== '' && text.length + field.length <= maxMemberValueLength) text += field;
  }
  return text === '' ? '' : `dd=${text}`;
}

/** The fields of the member `dd`, keys and values as they stand there. */
function stateOf(traceState: string): ReadonlyMap<string, string> {
  const state = new Map<string, string>();
  if (!traceState.includes('dd=')) return state;
  const member = traceState.split(',').find((part) => part.trim().startsWith('dd='));
  for (const field of member?.trim().slice('dd='.length).split(';') ?? []) {
    const colon = field.indexOf(':');
    if (colon > 0) state.set(field.slice(0, colon), field.slice(colon + 1));
  }
  return state;
}

/** What a `tracestate` or this member has another use for becomes `_`, and `=`, which tags need, becomes `~`. */
function encodeValue(value: string): string {
  return value
    .trim()
    .replaceAll(/[^\x20-\x7e]|[,;~]/g, '_')
    .replaceAll('=', '~');
}

function encodeKey(key: string): string {
  return key.replaceAll(/[^\x21-\x7e]|[,;:=]/g, '_');
}

function decodeValue(value: string): string;
function decodeValue(value: string | undefined): string | undefined;
function decodeValue(value: string | undefined): string | undefined {
  return value?.replaceAll('~', '=');
}
