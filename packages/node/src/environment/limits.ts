import type { SpanLimits } from '@spanwise/tracer';

import type { Variables } from './variables.ts';
import { readWholeNumber } from './whole-number.ts';

/**
 * How much of a span is kept. The limit of a span, a log or a link goes before the general one. Fields of logs and tags of
 * links have one limit here, `maxLogFields`: the smaller one of the two variables.
 *
 * Source: OpenTelemetry specification 1.x, "Attribute Limits" and "Span Limits".
 */
export function readLimits(variables: Variables): Partial<SpanLimits> {
  const read = (name: string): number | undefined => readWholeNumber(variables, [name], 0);
  const count = read('OTEL_ATTRIBUTE_COUNT_LIMIT');
  const length = read('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT');
  const limits: { [Name in keyof SpanLimits]?: number | undefined } = {
    maxTags: read('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? count,
    maxLogs: read('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    maxLinks: read('OTEL_SPAN_LINK_COUNT_LIMIT'),
    maxLogFields: smaller(
      read('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT') ?? count,
      read('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT') ?? count,
    ),
    maxValueLength: read('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? length,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

function smaller(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
