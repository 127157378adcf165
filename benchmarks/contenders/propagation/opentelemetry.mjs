import { createRequire } from 'node:module';

import { ROOT_CONTEXT, TraceFlags, defaultTextMapGetter, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

import { otherHeaders } from './headers.mjs';

const require = createRequire(import.meta.url);

export const versions = Object.fromEntries(
  ['@opentelemetry/core', '@opentelemetry/propagator-b3'].map((name) => [
    name,
    require(`${name}/package.json`).version,
  ]),
);

/** As `spanwiseRoundTrip`. */
export function openTelemetryRoundTrip(propagator, requests) {
  const tracer = new BasicTracerProvider().getTracer('bench');
  const contexts = requests.map(() => trace.setSpan(ROOT_CONTEXT, tracer.startSpan('bench')));
  const outgoing = { ...otherHeaders };
  let turn = 0;
  return () => {
    const at = turn++ & 15;
    const context = propagator.extract(ROOT_CONTEXT, requests[at], defaultTextMapGetter);
    propagator.inject(contexts[at], outgoing, defaultTextMapSetter);
    return context === ROOT_CONTEXT ? 1 : TraceFlags.SAMPLED;
  };
}

/** As `spanwiseExtract`. */
export function openTelemetryExtract(propagator, requests) {
  let turn = 0;
  return () => (propagator.extract(ROOT_CONTEXT, requests[turn++ & 15], defaultTextMapGetter) === ROOT_CONTEXT ? 1 : 2);
}
