/**
 * Tracing for pages: `init` records the load of the document and traces `fetch`; XMLHttpRequest, user interaction and
 * errors are at `@spanwise/browser/xhr`, `/interaction` and `/errors`.
 *
 * @module
 */
export { instrumentDocumentLoad } from './document-load.ts';
export { instrumentFetch } from './fetch.ts';
export { init } from './init.ts';
export type { InitOptions, Spanwise } from './init.ts';
export { PageSpan } from './page-span.ts';
export { PageTracer } from './page-tracer.ts';
export type { PageTracerOptions, PageTracerStats } from './page-tracer.ts';
export type { Instrumentation, PageFilters, PageInstrumentation, PageTracing } from './page-tracing.ts';
export { PageSpanContext } from './span-context.ts';
export type { Baggage } from './span-context.ts';
export { SpanExporter } from './span-exporter.ts';
export type { ExporterOptions, ExporterStats, GivenUpReason } from './span-exporter.ts';
