import { formatSpanId, formatTraceId128, parseB3Multi } from '@spanwise/wire/propagation';

import type { ExtractionResult, ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';
import { hasIds, hasTraceId } from './propagator.ts';

/**
 * Zipkin's B3 in several headers, `X-B3-…`, which are written in lower case. The parent's id is not sent.
 *
 * Source: openzipkin/b3-propagation.
 */
export const b3Multi: Propagator = Object.freeze({
  name: 'b3-multi',
  carries: 'trace',
  fields: Object.freeze(['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'x-b3-flags']),

  extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
    const traceId = values[first];
    const spanId = values[first + 1];
    const sampled = values[first + 2];
    const flags = values[first + 3];
    if (traceId === undefined && spanId === undefined && sampled === undefined && flags === undefined) return 'absent';
    return parseB3Multi(traceId, spanId, sampled, flags, target) ? 'found' : 'malformed';
  },

  inject(context: PropagatedContext, carrier: object, write: FieldWriter): void {
    if (hasIds(context)) {
      write(carrier, 'x-b3-traceid', formatTraceId128(context));
      write(carrier, 'x-b3-spanid', formatSpanId(context));
    } else if (hasTraceId(context) || !(context.samplingKnown || context.debug)) {
      // A trace without a span is another format's: the decision alone would be found before it.
      return;
    } else {
      // A decision about the ids of another trace.
      write(carrier, 'x-b3-traceid', undefined);
      write(carrier, 'x-b3-spanid', undefined);
    }
    write(carrier, 'x-b3-parentspanid', undefined);
    const sampled = (context.flags & 1) === 1 ? '1' : '0';
    write(carrier, 'x-b3-flags', context.debug ? '1' : undefined);
    write(carrier, 'x-b3-sampled', context.samplingKnown && !context.debug ? sampled : undefined);
  },
});
