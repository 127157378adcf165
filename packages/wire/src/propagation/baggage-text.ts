import { wellFormed } from '../internal/json-text.ts';

/* How keys and values of baggage are written in headers, whatever the format. */

/** What the W3C asks every participant to pass on at least; of characters as they travel. */
export const maxBaggageLength = 8192;
/** Of formats with a header for each item. In the W3C's an item may take all of the room. */
export const maxItemLength = 4096;
/** OpenTelemetry's; the W3C asks for 64. */
export const maxItems = 180;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** `token` of RFC 7230. */
export function isToken(key: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(key);
}

/** Broken sequences come back as U+FFFD. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeRun);
  }
}

/** A run of escapes as UTF-8 with replacement; `decodeURIComponent` would refuse the whole. */
function decodeRun(run: string): string {
  const bytes = Uint8Array.from(run.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
  return utf8.decode(bytes);
}

/** The same object with the item. Not assignment: a key may be "__proto__". */
export function withItem(baggage: Record<string, string>, key: string, value: string): Record<string, string> {
  if (key === '__proto__') {
    Object.defineProperty(baggage, key, { value, enumerable: true, configurable: true, writable: true });
  } else baggage[key] = value;
  return baggage;
}

/** Lone surrogates become U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(wellFormed(text));
}

/**
 * As a value of W3C baggage: what its grammar allows stays as it is, so that a value grows no longer on the way. But for `%`, which
 * begins an escape, and `+`, which OpenTelemetry for Python and .NET read as a space.
 */
export function percentEncodeValue(text: string): string {
  return text.replaceAll(/[^\x21\x23\x24\x26-\x2a\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g, percentEncode);
}

/** `encodeURIComponent` leaves parentheses alone, which no token may hold. */
export function percentEncodeKey(key: string): string {
  return percentEncode(key).replaceAll('(', '%28').replaceAll(')', '%29');
}

/** Counts items of the baggage that a format could not carry. */
export interface BaggageLoss {
  droppedItems: number;
}
