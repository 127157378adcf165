import { batch } from '../encode/exchanges.mjs';
import { openTelemetrySpans } from '../encode/opentelemetry-spans.mjs';
import { openTelemetry2 } from '../opentelemetry-packages.mjs';

export const prepare = async () => otlpEncoding(await openTelemetry2());

export function otlpEncoding(openTelemetry) {
  const { ProtobufTraceSerializer } = openTelemetry;
  const spans = openTelemetrySpans(openTelemetry);
  return {
    versions: openTelemetry.versions('@opentelemetry/sdk-trace-base', '@opentelemetry/otlp-transformer'),
    unitsPerOperation: batch,
    operation: () => ProtobufTraceSerializer.serializeRequest(spans).byteLength,
  };
}
