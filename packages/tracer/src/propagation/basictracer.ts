import {
  type BaggageForm,
  formatSpanId,
  formatTracerState,
  formatTraceId64,
  isTracerState,
  parseOtTracer,
  parseTracerState,
} from '@spanwise/wire/propagation';

import { extractBaggageItems, injectBaggageItems } from './baggage-headers.ts';
import type {
  BinaryFormat,
  ExtractionResult,
  ExtractionTarget,
  FieldWriter,
  PropagatedContext,
  Propagator,
} from './propagator.ts';
import { hasIds } from './propagator.ts';

const prefix = 'ot-baggage-';
const fields: readonly string[] = Object.freeze(['ot-tracer-traceid', 'ot-tracer-spanid', 'ot-tracer-sampled']);

function basictracerAs(form: BaggageForm): Propagator {
  return {
    name: 'basictracer',
    carries: 'trace',
    fields,
    prefix,

    extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
      const traceId = values[first];
      const spanId = values[first + 1];
      const sampled = values[first + 2];
      if (traceId === undefined && spanId === undefined && sampled === undefined) return 'absent';
      return parseOtTracer(traceId, spanId, sampled, target) ? 'found' : 'malformed';
    },

    extractBaggage(
      _values: readonly (string | undefined)[],
      _first: number,
      target: ExtractionTarget,
      items: readonly string[] = [],
    ): ExtractionResult {
      return extractBaggageItems(items, form, target);
    },

    inject(context: PropagatedContext, carrier: object, write: FieldWriter): number {
      if (!isCarried(context)) {
        if (hasIds(context)) for (const field of fields) write(carrier, field, undefined);
        return Object.keys(context.baggageItems).length;
      }
      write(carrier, 'ot-tracer-traceid', formatTraceId64(context));
      write(carrier, 'ot-tracer-spanid', formatSpanId(context));
      write(carrier, 'ot-tracer-sampled', (context.flags & 1) === 1 ? 'true' : 'false');
      return injectBaggageItems(context.baggageItems, form, prefix, carrier, write);
    },
  };
}

const binary: BinaryFormat = {
  extract(bytes: Uint8Array, target: ExtractionTarget): ExtractionResult {
    if (!isTracerState(bytes)) return 'absent';
    const baggage = parseTracerState(bytes, target);
    if (baggage === undefined) return 'malformed';
    target.baggageItems = baggage;
    return 'found';
  },

  inject(context: PropagatedContext): Uint8Array | undefined {
    return isCarried(context) ? formatTracerState(context, context.baggageItems) : undefined;
  },
};

/** A trace id whose lower half is zero would be none there. basictracers refuse baggage without ids. */
function isCarried(context: PropagatedContext): boolean {
  return hasIds(context) && (context.traceId2 | context.traceId3) !== 0;
}

/**
 * The headers of OpenTracing's basictracers for Python, Go and others, and of OpenTelemetry's `ottrace`: `ot-tracer-traceid`,
 * `ot-tracer-spanid`, `ot-tracer-sampled`, and the baggage as `ot-baggage-KEY`. In the tracer's list it makes `FORMAT_BINARY`
 * theirs, too: a length and a protobuf message. Our own binary format is still read.
 *
 * - Only the lower 64 bits of a trace id travel; 128 are read. A context without ids is not written, nor its baggage,
 *   since basictracers refuse that.
 * - The decision cannot be left to the receiver: such a context is sent as not sampled. `tracestate` does not travel.
 * - Baggage travels as it is: items that HTTP does not allow in a header are left out there, and keys come back in lower
 *   case. Text maps and bytes carry everything.
 * - At most 180 items, of 4096 characters each and 8192 in all; in bytes, 180 items and 32,768 bytes in all.
 *
 * Source: basictracer-python and basictracer-go; OpenTelemetry's OT trace propagator for ids of 128 bits.
 */
export const basictracer: Propagator = Object.freeze({
  ...basictracerAs('plain'),
  textMap: Object.freeze(basictracerAs('text')),
  binary: Object.freeze(binary),
});
