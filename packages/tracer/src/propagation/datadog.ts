import { formatDatadog, parseDatadog } from '@spanwise/wire/propagation';

import type { ExtractionResult, ExtractionTarget, FieldWriter, PropagatedContext, Propagator } from './propagator.ts';
import { hasTraceId } from './propagator.ts';

const fields: readonly string[] = Object.freeze([
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-sampling-priority',
  'x-datadog-origin',
  'x-datadog-tags',
]);

/**
 * Datadog's headers, `x-datadog-…`: decimal ids of 64 bits, the upper half of the trace id as `_dd.p.tid` among the tags.
 *
 * - Priorities other than 0 and 1, the origin and the tags `_dd.p.…` are kept in `tracestate` as the member `dd`, where
 *   Datadog's tracers put them, and are handed on from there by this format and by W3C's. Other members do not travel.
 * - Debug is sent as priority 2 ("user keep"), and comes back as that.
 * - A parent id of 0 (Datadog's synthetic tests) names no span: the first span here begins the trace of that id.
 * - At most 512 characters of tags, 256 of the member; what is longer is left out. Baggage is `w3cBaggage`'s.
 *
 * Source: dd-trace-js, opentracing/propagation/text_map.js and tracestate.js.
 */
export const datadog: Propagator = Object.freeze({
  name: 'datadog',
  carries: 'trace',
  fields,

  extract(values: readonly (string | undefined)[], first: number, target: ExtractionTarget): ExtractionResult {
    const traceId = values[first];
    const parentId = values[first + 1];
    const samplingPriority = values[first + 2];
    const origin = values[first + 3];
    const tags = values[first + 4];
    if (traceId === undefined && parentId === undefined) {
      // Most requests have none of them.
      const isAbsent = samplingPriority === undefined && origin === undefined && tags === undefined;
      return isAbsent ? 'absent' : 'malformed';
    }
    return parseDatadog({ traceId, parentId, samplingPriority, origin, tags }, target) ? 'found' : 'malformed';
  },

  inject(context: PropagatedContext, carrier: object, write: FieldWriter): void {
    // A trace id whose lower half is zero would be none there.
    if ((context.traceId2 | context.traceId3) === 0) {
      if (hasTraceId(context)) for (const field of fields) write(carrier, field, undefined);
      return;
    }
    const { traceId, parentId, samplingPriority, origin, tags } = formatDatadog(context);
    write(carrier, 'x-datadog-trace-id', traceId);
    write(carrier, 'x-datadog-parent-id', parentId);
    write(carrier, 'x-datadog-sampling-priority', samplingPriority);
    write(carrier, 'x-datadog-origin', origin);
    write(carrier, 'x-datadog-tags', tags);
  },
});
