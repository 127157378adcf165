import { formatB3Single, parseB3Single } from '@spanwise/wire/propagation';

import type { ExtractionResult, ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';
import { hasIds, hasTraceId } from './propagator.ts';

/** Zipkin's B3 in one header, `b3`. Source: openzipkin/b3-propagation. */
export const b3Single: Propagator = Object.freeze({
  name: 'b3-single',
  carries: 'trace',
  fields: Object.freeze(['b3']),

  extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
    const header = values[first];
    if (header === undefined) return 'absent';
    return parseB3Single(header, target) ? 'found' : 'malformed';
  },

  inject(context: PropagatedContext, carrier: object, write: FieldWriter): void {
    if (hasIds(context)) write(carrier, 'b3', formatB3Single(context));
    // A trace without a span is another format's: the decision alone would be found before it.
    else if (context.samplingKnown && !hasTraceId(context))
      write(carrier, 'b3', context.debug ? 'd' : (context.flags & 1) === 1 ? '1' : '0');
  },
});
