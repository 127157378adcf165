import { onEnd, openTelemetryLife } from '../opentelemetry-life.mjs';
import { openTelemetry2 } from '../opentelemetry-packages.mjs';

export const prepare = async () => spanUnsampled(await openTelemetry2());

export function spanUnsampled(openTelemetry) {
  const life = openTelemetryLife(
    openTelemetry,
    onEnd(() => {}),
    false,
  );
  let last = life();
  return {
    versions: openTelemetry.versions('@opentelemetry/sdk-trace-base'),
    operation() {
      last = life();
      return last.spanContext().spanId.charCodeAt(0);
    },
  };
}
