import { onEnd, openTelemetryLife } from '../opentelemetry-life.mjs';
import { openTelemetry2 } from '../opentelemetry-packages.mjs';

const batch = 512;

export const prepare = async () => pipeline(await openTelemetry2());

/** Collects finished spans and hands 512 to the serializer, as its exporter does. */
export function pipeline(openTelemetry) {
  const { ProtobufTraceSerializer } = openTelemetry;
  let bytes = 0;
  let spans = [];
  const life = openTelemetryLife(
    openTelemetry,
    onEnd((span) => {
      if (spans.push(span) < batch) return;
      bytes = (bytes + ProtobufTraceSerializer.serializeRequest(spans).byteLength) | 0;
      spans = [];
    }),
  );
  return {
    versions: openTelemetry.versions('@opentelemetry/sdk-trace-base', '@opentelemetry/otlp-transformer'),
    operation() {
      life();
      return bytes;
    },
  };
}
