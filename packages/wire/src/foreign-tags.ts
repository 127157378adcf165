/*
 * Tags for what records hold and formats other than OTLP have no field for: OpenTelemetry's names where its
 * specification for such formats has one. Zipkin's and Jaeger's encoders and decoders share them.
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
