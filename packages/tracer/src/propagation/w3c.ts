import { formatTraceparent, normalizeTraceState, parseTraceparent } from '@spanwise/wire/propagation';

import type { ExtractionResult, ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';
import { hasIds } from './propagator.ts';

/** W3C Trace Context: `traceparent` and `tracestate`. A broken `tracestate` is dropped alone. */
export const w3cTraceContext: Propagator = Object.freeze({
  name: 'w3c',
  carries: 'trace',
  fields: Object.freeze(['traceparent', 'tracestate']),

  extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
    const traceparent = values[first];
    if (traceparent === undefined) return 'absent';
    if (!parseTraceparent(traceparent, target)) return 'malformed';
    const traceState = values[first + 1];
    target.traceState = traceState === undefined ? '' : normalizeTraceState(traceState);
    return 'found';
  },

  inject(context: PropagatedContext, carrier: object, write: FieldWriter): void {
    if (!hasIds(context)) return;
    write(carrier, 'traceparent', formatTraceparent(context));
    write(carrier, 'tracestate', context.traceState === '' ? undefined : context.traceState);
  },
});
