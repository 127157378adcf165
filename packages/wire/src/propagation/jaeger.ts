import { percentDecode } from './baggage-text.ts';
import { parseLooseHex, setIds } from './loose-ids.ts';
import type { MutableTraceContext } from './trace-context.ts';
import { formatSpanId, formatTraceId128 } from './traceparent.ts';

/*
 * Jaeger's own headers, as its clients write and read them. Source: "Propagation Format" in Jaeger's client
 * documentation, and the codecs of jaeger-client for Node, Python and Go where it is silent.
 */

const sampledFlag = 1;
const debugFlag = 2;
/** 32, 16 and 16 digits of ids, 2 of flags, 3 colons; three times that when every character is escaped. */
const maxLength = 69 * 3;
const maxDebugIdLength = 256;

/**
 * The `uber-trace-id` of a context, `trace:span:0:flags`, ids without zeros in front. The parent's id, which the format
 * has a place for, is never sent. The ids must not be zero: nothing checks that here.
 */
export function formatUberTraceId(context: Readonly<MutableTraceContext>): string {
  const sampled = context.debug ? sampledFlag | debugFlag : context.flags & sampledFlag;
  return `${short(formatTraceId128(context))}:${short(formatSpanId(context))}:0:${sampled}`;
}

function short(id: string): string {
  return id.replace(/^0+(?=.)/, '');
}

/**
 * Reads an `uber-trace-id`: a trace id of 1 to 32 hex digits, the span's and the parent's of 1 to 16, flags of 1 or 2, in
 * either case, between colons that may be percent-encoded. Of the flags 1 is sampled and 2 debug, which implies it; the
 * others, and the parent's id, are dropped.
 *
 * Refused, with false and `target` untouched: another number of parts, other digits, a zero trace id or span id, more than
 * 207 characters.
 */
export function parseUberTraceId(header: string, target: MutableTraceContext): boolean {
  if (header.length > maxLength) return false;
  const parts = percentDecode(header).trim().split(':');
  if (parts.length !== 4) return false;
  const trace = parseLooseHex(parts[0]!, 32);
  const span = parseLooseHex(parts[1]!, 16);
  const parent = parseLooseHex(parts[2]!, 16);
  const flags = parseLooseHex(parts[3]!, 2);
  if (trace === undefined || span === undefined || parent === undefined || flags === undefined) return false;
  if (!setIds(target, trace, span)) return false;
  target.debug = (flags.word3 & debugFlag) !== 0;
  target.flags = target.debug ? sampledFlag : flags.word3 & sampledFlag;
  target.samplingKnown = true;
  return true;
}

/** Whether this is a `jaeger-debug-id`: 1 to 256 characters of printable ASCII, not all of them spaces. */
export function isJaegerDebugId(header: string): boolean {
  return header.length <= maxDebugIdLength && /^[\x20-\x7e]+$/.test(header) && header.trim() !== '';
}

/**
 * The items of a `jaeger-baggage`, `key=value, key=value`, as keys and values in turn for `parseBaggageItems`. What is no
 * pair is left out.
 */
export function jaegerBaggageItems(header: string): readonly string[] {
  return header.split(',', maxPairs).flatMap((part) => {
    const pair = part.trim().split('=', 3);
    return pair.length === 2 && pair[0] !== '' ? pair : [];
  });
}

/** As many as `parseBaggageItems` takes. */
const maxPairs = 180;
