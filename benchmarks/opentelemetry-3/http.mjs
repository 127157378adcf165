export { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
export { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
export { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
export { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
