import { openTelemetry2 } from '../opentelemetry-packages.mjs';
import { requests } from './headers.mjs';
import { openTelemetryExtract } from './opentelemetry.mjs';

export const prepare = async () => absentHeaders(await openTelemetry2());

/** The formats that ours reads, and none of them is there. */
export function absentHeaders(openTelemetry) {
  const { CompositePropagator, W3CTraceContextPropagator, B3Propagator, W3CBaggagePropagator } = openTelemetry;
  const propagators = [new W3CTraceContextPropagator(), new B3Propagator(), new W3CBaggagePropagator()];
  return openTelemetryExtract(
    openTelemetry,
    new CompositePropagator({ propagators }),
    requests(() => ({ accept: 'a/b' })),
  );
}
