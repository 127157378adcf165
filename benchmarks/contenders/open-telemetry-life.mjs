import { createRequire } from 'node:module';

import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

const require = createRequire(import.meta.url);

/** Root and child, six attributes, one event, through the given span processor. A span's kind is an argument here, which counts as its tag. */
export function openTelemetryLife(processor) {
  const provider = new BasicTracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [processor] });
  const tracer = provider.getTracer('bench');
  return {
    versions: { '@opentelemetry/sdk-trace-base': require('@opentelemetry/sdk-trace-base/package.json').version },
    life() {
      const root = tracer.startSpan('GET /orders/:id', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      root.setAttribute('http.method', 'GET');
      root.setAttribute('http.url', '/orders/42');
      const child = tracer.startSpan('SELECT orders', { kind: SpanKind.CLIENT }, trace.setSpan(ROOT_CONTEXT, root));
      child.setAttribute('db.type', 'sql');
      child.addEvent('rows', { rows: 3 });
      child.end();
      root.setAttribute('http.status_code', 200);
      root.end();
    },
  };
}
