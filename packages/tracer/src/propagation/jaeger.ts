import {
  type BaggageForm,
  formatUberTraceId,
  isJaegerDebugId,
  jaegerBaggageItems,
  parseUberTraceId,
} from '@spanwise/wire/propagation';

import { extractBaggageItems, injectBaggageItems } from './baggage-headers.ts';
import type { ExtractionResult, ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';
import { hasIds } from './propagator.ts';

const prefix = 'uberctx-';

function jaegerAs(form: BaggageForm): Propagator {
  return {
    name: 'jaeger',
    carries: 'trace',
    fields: Object.freeze(['uber-trace-id', 'jaeger-debug-id', 'jaeger-baggage']),
    prefix,

    extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
      const traceId = values[first];
      if (traceId !== undefined) return parseUberTraceId(traceId, target) ? 'found' : 'malformed';
      const debugId = values[first + 1];
      if (debugId === undefined) return 'absent';
      if (!isJaegerDebugId(debugId)) return 'malformed';
      target.flags = 1;
      target.samplingKnown = target.debug = true;
      target.debugId = debugId;
      return 'found';
    },

    extractBaggage(
      values: readonly (string | undefined)[],
      first: number,
      target: ExtractionTarget,
      items: readonly string[] = [],
    ): ExtractionResult {
      const header = values[first + 2];
      if (header === undefined) return extractBaggageItems(items, form, target);
      const given = [...jaegerBaggageItems(header), ...items];
      return given.length === 0 ? 'malformed' : extractBaggageItems(given, form, target);
    },

    inject(context: PropagatedContext, carrier: object, write: FieldWriter): number {
      if (hasIds(context)) write(carrier, 'uber-trace-id', formatUberTraceId(context));
      else if (context.debugId) {
        write(carrier, 'uber-trace-id', undefined);
        write(carrier, 'jaeger-debug-id', context.debugId);
      }
      return injectBaggageItems(context.baggageItems, form, prefix, carrier, write);
    },
  };
}

/**
 * Jaeger's own headers, as `jaeger-client` writes them: `uber-trace-id`, and the baggage as `uberctx-KEY`. Read, too, are
 * the two for people with `curl`: `jaeger-debug-id`, which without `uber-trace-id` begins a trace that is recorded by force
 * and carries the id as a tag of its first span, and `jaeger-baggage: key=value, key=value`.
 *
 * - The decision cannot be left to the receiver: such a context is sent as not sampled. `tracestate` does not travel.
 * - Baggage keys and values are percent-encoded in HTTP headers and come back with keys in lower case; in text maps they
 *   are as they are. Of a key in both forms, `uberctx-` counts.
 * - At most 180 items, of 4096 characters each and 8192 in all; a debug id has 256 at most.
 *
 * Whoever may send requests may force traces with a debug id, as with a sampled `uber-trace-id`.
 *
 * Source: "Propagation Format" in Jaeger's documentation of its clients, and the clients themselves.
 */
export const jaeger: Propagator = Object.freeze({
  ...jaegerAs('encoded'),
  textMap: Object.freeze(jaegerAs('text')),
});
