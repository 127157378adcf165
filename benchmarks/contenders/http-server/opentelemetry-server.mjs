import { createRequire } from 'node:module';

import { serve } from './served-window.mjs';

const require = createRequire(import.meta.url);

/** The server with every request traced and every span exported by OpenTelemetry. */
export function serveTraced(openTelemetry) {
  const { api, TracerProvider, AlwaysOnSampler, resourceFromAttributes } = openTelemetry;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [batchProcessor(openTelemetry)],
  });
  api.trace.setGlobalTracerProvider(provider);
  api.context.setGlobalContextManager(new openTelemetry.AsyncLocalStorageContextManager().enable());
  const instrumentation = new openTelemetry.HttpInstrumentation();
  instrumentation.setTracerProvider(provider);
  instrumentation.enable();
  serve(require('node:http'), { flush: () => provider.forceFlush() });
}

/**
 * Its queue holds 2,048 spans unless told otherwise and drops the rest; room for all, so that what is compared is the same
 * work: every span exported. SDK 3 takes the exporter among the options.
 */
function batchProcessor({ BatchSpanProcessor, OTLPTraceExporter, versions }) {
  const exporter = new OTLPTraceExporter({ url: process.env.SINK_URL });
  const options = { maxQueueSize: 1 << 20 };
  const isSdk3 = '@opentelemetry/sdk-trace (3)' in versions('@opentelemetry/sdk-trace-base');
  return isSdk3 ? new BatchSpanProcessor({ exporter, ...options }) : new BatchSpanProcessor(exporter, options);
}
