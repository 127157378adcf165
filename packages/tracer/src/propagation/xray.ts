import { formatXray, parseXray } from '@spanwise/wire/propagation';

import type { ExtractionResult, ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';

/**
 * AWS X-Ray's header, `X-Amzn-Trace-Id`: `Root`, `Parent` and `Sampled` in any order; other keys (`Self`, `Lineage`) are
 * passed over and not sent on.
 *
 * - `Root` without `Parent`, as load balancers send it, names no span: the first span here begins the trace of that id.
 * - Any trace id travels, but X-Ray itself wants the seconds of its start in the first 32 bits.
 * - Neither debug nor `tracestate` travels. Baggage is `w3cBaggage`'s.
 * - At most 2,048 characters and 32 keys are read.
 *
 * Source: "Tracing header" in the AWS X-Ray developer guide.
 */
export const xray: Propagator = Object.freeze({
  name: 'xray',
  carries: 'trace',
  fields: Object.freeze(['x-amzn-trace-id']),

  extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
    const header = values[first];
    const isFound = header === undefined ? undefined : parseXray(header, target);
    if (isFound === undefined) return 'absent';
    return isFound ? 'found' : 'malformed';
  },

  inject(context: PropagatedContext, carrier: object, write: FieldWriter): void {
    const header = formatXray(context);
    if (header !== '') write(carrier, 'x-amzn-trace-id', header);
  },
});
