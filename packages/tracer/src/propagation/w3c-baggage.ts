import { formatBaggage, parseBaggage } from '@spanwise/wire/propagation';

import type { ExtractionResult, ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';

/** W3C Baggage: the `baggage` header. Keys keep their case. Travels beside any trace format, and alone. */
export const w3cBaggage: Propagator = Object.freeze({
  name: 'w3c-baggage',
  carries: 'baggage',
  fields: Object.freeze(['baggage']),

  extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
    const header = values[first];
    if (header === undefined) return 'absent';
    const loss = { droppedItems: 0 };
    const items = parseBaggage(header, loss);
    if (items === undefined) return header.trim() === '' ? 'absent' : 'malformed';
    target.baggageItems = items;
    target.droppedItems += loss.droppedItems;
    return 'found';
  },

  inject(context: PropagatedContext, carrier: object, write: FieldWriter): number {
    const loss = { droppedItems: 0 };
    const header = formatBaggage(context.baggageItems, loss);
    if (header !== '') write(carrier, 'baggage', header);
    return loss.droppedItems;
  },
});
