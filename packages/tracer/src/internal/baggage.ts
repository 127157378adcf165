import type { SpanLimits } from '../limits.ts';
import type { Baggage } from '../propagation/propagator.ts';

/** The baggage with one item more or changed; undefined when that would break a limit. */
export function withBaggageItem(baggage: Baggage, key: string, value: string, limits: SpanLimits): Baggage | undefined {
  const items = new Map(Object.entries(baggage));
  items.set(key, value);
  if (items.size > limits.maxBaggageItems) return undefined;
  let length = 0;
  for (const [name, text] of items) length += name.length + text.length;
  // Not assignment: a key may be "__proto__".
  return length > limits.maxBaggageLength ? undefined : Object.freeze(Object.fromEntries(items));
}

/** The item's value; names from `Object.prototype` are no items. */
export function baggageItem(baggage: Baggage, key: string): string | undefined {
  return Object.hasOwn(baggage, key) ? baggage[key] : undefined;
}
