export * as api from '@opentelemetry/api';
export { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
export { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
export { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
export { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
export { resourceFromAttributes } from '@opentelemetry/resources';
export { AlwaysOffSampler, AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
