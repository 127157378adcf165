import { type BaggageForm, formatBaggageItems, parseBaggageItems } from '@spanwise/wire/propagation';

import type { Baggage, ExtractionResult, ExtractionTarget, FieldWriter } from './propagator.ts';

/** Fills `target.baggageItems` from what a carrier has under a format's prefix: keys without it and values, in turn. */
export function extractBaggageItems(
  items: readonly string[],
  form: BaggageForm,
  target: ExtractionTarget,
): ExtractionResult {
  if (items.length === 0) return 'absent';
  const baggage = parseBaggageItems(items, form);
  if (baggage === undefined) return 'malformed';
  target.baggageItems = baggage;
  return 'found';
}

/** Writes one header for each item, its name the prefix and the key. */
export function injectBaggageItems(
  baggage: Baggage,
  form: BaggageForm,
  prefix: string,
  carrier: object,
  write: FieldWriter,
): void {
  const items = formatBaggageItems(baggage, form);
  for (let at = 0; at < items.length; at += 2) write(carrier, prefix + items[at], items[at + 1]!);
}
