/*
 * Tags for what records hold and Zipkin has no field for: OpenTelemetry's names where its specification for formats
 * other than OTLP has one. Encoder and decoder share them.
 */

export const errorTag = 'error';
export const statusCodeTag = 'otel.status_code';
export const statusDescriptionTag = 'otel.status_description';
export const scopeNameTag = 'otel.scope.name';
export const scopeVersionTag = 'otel.scope.version';
export const droppedAttributesTag = 'otel.dropped_attributes_count';
export const droppedEventsTag = 'otel.dropped_events_count';
export const droppedLinksTag = 'otel.dropped_links_count';
export const traceStateTag = 'w3c.tracestate';
export const unfinishedTag = 'spanwise.unfinished';
/** Followed by the link's index from 0; the value is `traceId-spanId`. */
export const linkTagPrefix = 'link.';

/** The record's name for Zipkin's kinds; no kind is `unspecified`. */
export const kindNames: readonly (string | undefined)[] = [
  undefined,
  undefined,
  'SERVER',
  'CLIENT',
  'PRODUCER',
  'CONSUMER',
];
