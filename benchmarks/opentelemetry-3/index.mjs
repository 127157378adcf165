export * as api from '@opentelemetry/api';
export { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
export { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
export { resourceFromAttributes } from '@opentelemetry/resources';
export { AlwaysOffSampler, AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
