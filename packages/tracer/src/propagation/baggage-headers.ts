import { type BaggageForm, formatBaggageItems, parseBaggageItems } from '@spanwise/wire/propagation';

import type { Baggage, ExtractionResult, ExtractionTarget, FieldWriter } from './propagator.ts';

/** Fills `target.baggageItems` from what a carrier has under a format's prefix: keys without it and values, in turn. */
export function extractBaggageItems(
  items: readonly string[],
  form: BaggageForm,
  target: ExtractionTarget,
): ExtractionResult {
  if (items.length === 0) return 'absent';
  const loss = { droppedItems: 0 };
  const baggage = parseBaggageItems(items, form, loss);
  if (baggage === undefined) return 'malformed';
  target.baggageItems = baggage;
  target.droppedItems += loss.droppedItems;
  return 'found';
}

/** Writes one header for each item, its name the prefix and the key. Gives how many the form could not carry. */
export function injectBaggageItems(
  baggage: Baggage,
  form: BaggageForm,
  prefix: string,
  carrier: object,
  write: FieldWriter,
): number {
  const items = formatBaggageItems(baggage, form);
  for (let at = 0; at < items.length; at += 2) write(carrier, prefix + items[at], items[at + 1]);
  return Object.keys(baggage).length - items.length / 2;
}
