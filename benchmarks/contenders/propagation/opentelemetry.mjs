import { otherHeaders } from './headers.mjs';

const versionsOf = ({ versions }) => versions('@opentelemetry/core', '@opentelemetry/propagator-b3');

/** As `spanwiseRoundTrip`. */
export function openTelemetryRoundTrip(openTelemetry, propagator, requests) {
  const { ROOT_CONTEXT, TraceFlags, defaultTextMapGetter, defaultTextMapSetter, trace } = openTelemetry.api;
  const tracer = new openTelemetry.TracerProvider().getTracer('bench');
  const contexts = requests.map(() => trace.setSpan(ROOT_CONTEXT, tracer.startSpan('bench')));
  const outgoing = { ...otherHeaders };
  let turn = 0;
  return {
    versions: versionsOf(openTelemetry),
    operation() {
      const at = turn++ & 15;
      const context = propagator.extract(ROOT_CONTEXT, requests[at], defaultTextMapGetter);
      propagator.inject(contexts[at], outgoing, defaultTextMapSetter);
      return context === ROOT_CONTEXT ? 1 : TraceFlags.SAMPLED;
    },
  };
}

/** As `spanwiseExtract`. */
export function openTelemetryExtract(openTelemetry, propagator, requests) {
  const { ROOT_CONTEXT, defaultTextMapGetter } = openTelemetry.api;
  let turn = 0;
  return {
    versions: versionsOf(openTelemetry),
    operation: () =>
      propagator.extract(ROOT_CONTEXT, requests[turn++ & 15], defaultTextMapGetter) === ROOT_CONTEXT ? 1 : 2,
  };
}
