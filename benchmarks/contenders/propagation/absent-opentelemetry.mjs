import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3Propagator } from '@opentelemetry/propagator-b3';

import { requests } from './headers.mjs';
import { openTelemetryExtract, versions } from './opentelemetry.mjs';

/** The same formats, and none of them is there. */
export async function prepare() {
  const propagators = [new W3CTraceContextPropagator(), new B3Propagator(), new W3CBaggagePropagator()];
  return {
    versions,
    operation: openTelemetryExtract(
      new CompositePropagator({ propagators }),
      requests(() => ({ accept: 'a/b' })),
    ),
  };
}
