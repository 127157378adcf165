import { onEnd, openTelemetryLife } from '../opentelemetry-life.mjs';
import { openTelemetry2 } from '../opentelemetry-packages.mjs';

export const prepare = async () => spanLife(await openTelemetry2());

export function spanLife(openTelemetry) {
  let sum = 0;
  const life = openTelemetryLife(
    openTelemetry,
    onEnd((span) => (sum = (sum + span.spanContext().spanId.charCodeAt(0) + span.name.length) | 0)),
  );
  return {
    versions: openTelemetry.versions('@opentelemetry/sdk-trace-base'),
    operation() {
      life();
      return sum;
    },
  };
}
