import { createRequire } from 'node:module';

import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { serve } from './served-window.mjs';

const require = createRequire(import.meta.url);

// Its queue holds 2,048 spans unless told otherwise and drops the rest; room for all, so that what is compared is the
// same work: every span exported.
const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: process.env.SINK_URL }), {
  maxQueueSize: 1 << 20,
});
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'bench' }),
  sampler: new AlwaysOnSampler(),
  spanProcessors: [processor],
});
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const instrumentation = new HttpInstrumentation();
instrumentation.setTracerProvider(provider);
instrumentation.enable();

serve(require('node:http'), { flush: () => provider.forceFlush() });
