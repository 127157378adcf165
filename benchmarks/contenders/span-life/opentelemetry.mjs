import { openTelemetryLife } from '../open-telemetry-life.mjs';

export async function prepare() {
  let sum = 0;
  const processor = {
    onStart() {},
    onEnd: (span) => (sum = (sum + span.spanContext().spanId.charCodeAt(0) + span.name.length) | 0),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const { life, versions } = openTelemetryLife(processor);
  return {
    versions,
    operation() {
      life();
      return sum;
    },
  };
}
