import type { SpanLimits } from '../limits.ts';
import type { Baggage } from '../propagation/propagator.ts';
import type { TracerCounts } from './tracer-core.ts';

/**
 * The baggage with one item more or changed; undefined when that would break a limit. Baggage of another tracer's span may
 * be beyond the limits already: what does not add to it is allowed.
 */
export function withBaggageItem(baggage: Baggage, key: string, value: string, limits: SpanLimits): Baggage | undefined {
  const items = new Map(Object.entries(baggage));
  if (!items.has(key) && items.size >= limits.maxBaggageItems) return undefined;
  const lengthBefore = lengthOf(items);
  items.set(key, value);
  const length = lengthOf(items);
  if (length > limits.maxBaggageLength && length > lengthBefore) return undefined;
  // Not assignment: a key may be "__proto__".
  return Object.freeze(Object.fromEntries(items));
}

/** What of the baggage that came from elsewhere is within the limits, in its order; what is not is counted. */
export function fittingBaggage(baggage: Baggage, limits: SpanLimits, counts: TracerCounts): Baggage {
  const items = Object.entries(baggage);
  let room = limits.maxBaggageLength;
  const fitting = items.slice(0, limits.maxBaggageItems).filter(([key, value]) => {
    const length = key.length + value.length;
    if (length > room) return false;
    room -= length;
    return true;
  });
  if (fitting.length === items.length) return baggage;
  counts.droppedBaggageItems += items.length - fitting.length;
  return Object.freeze(Object.fromEntries(fitting));
}

function lengthOf(items: ReadonlyMap<string, string>): number {
  let length = 0;
  for (const [name, text] of items) length += name.length + text.length;
  return length;
}

/** The item's value; names from `Object.prototype` are no items, nor is what callers without types give for a key. */
export function baggageItem(baggage: Baggage, key: unknown): string | undefined {
  return typeof key === 'string' && Object.hasOwn(baggage, key) ? baggage[key] : undefined;
}
