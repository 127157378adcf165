import type { BaggageLoss } from './baggage-text.ts';
import {
  isToken,
  maxBaggageLength,
  maxItemLength,
  maxItems,
  percentDecode,
  percentEncode,
  percentEncodeKey,
  withItem,
} from './baggage-text.ts';

/**
 * How formats with one header for each item of the baggage (`uberctx-key: value`) write keys and values.
 *
 * - `encoded`: percent-encoded, so that any text travels in HTTP headers.
 * - `plain`: as they are; what HTTP does not allow cannot travel.
 * - `text`: as they are, in a text map, which allows everything.
 */
export type BaggageForm = 'encoded' | 'plain' | 'text';

/**
 * Baggage from keys and values in turn, keys without the format's prefix. Of a repeated key the last counts. `undefined`
 * when nothing usable is in it.
 *
 * Hostile input: items beyond the first 180, items longer than 4096 characters with their key, and those that would make
 * more than 8192 in all are left out, never cut, and counted in `loss`. So is an item with an empty key.
 */
export function parseBaggageItems(
  items: readonly string[],
  form: BaggageForm,
  loss: BaggageLoss = { droppedItems: 0 },
): Record<string, string> | undefined {
  const decode = form === 'encoded' ? percentDecode : asItIs;
  let baggage: Record<string, string> | undefined;
  let room = maxBaggageLength;
  for (let at = 0; at + 1 < items.length && at < maxItems * 2; at += 2) {
    const key = items[at]!;
    const value = items[at + 1]!;
    const length = key.length + value.length;
    if (key === '' || length > maxItemLength || length > room) {
      loss.droppedItems += 1;
      continue;
    }
    room -= length;
    baggage = withItem(baggage ?? {}, decode(key), decode(value));
  }
  loss.droppedItems += Math.max(0, Math.floor(items.length / 2) - maxItems);
  return baggage;
}

/**
 * The items to write, keys and values in turn, in their order. The limits of {@link parseBaggageItems} hold here too; an
 * item that the form cannot carry is left out.
 */
export function formatBaggageItems(baggage: Readonly<Record<string, string>>, form: BaggageForm): readonly string[] {
  const items: string[] = [];
  let room = maxBaggageLength;
  for (const name of Object.keys(baggage)) {
    if (items.length === maxItems * 2) break;
    const text = String(baggage[name]);
    const key = form === 'encoded' ? percentEncodeKey(name) : name;
    const value = form === 'encoded' ? percentEncode(text) : text;
    const length = key.length + value.length;
    if (key === '' || length > maxItemLength || length > room) continue;
    if (form === 'plain' && !(isToken(key) && isFieldValue(value))) continue;
    room -= length;
    items.push(key, value);
  }
  return items;
}

function asItIs(text: string): string {
  return text;
}

/** What Node and `Headers` let through as a header's value, and nothing that is trimmed on the way. */
function isFieldValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value) && value === value.trim();
}
