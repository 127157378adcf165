import { batch } from '../encode/exchanges.mjs';
import { openTelemetrySpans } from '../encode/opentelemetry-spans.mjs';
import { openTelemetry2 } from '../opentelemetry-packages.mjs';

export const prepare = async () => zipkinEncoding(await openTelemetry2());

/** Its exporter, up to the body that it would send. */
export function zipkinEncoding(openTelemetry) {
  const spans = openTelemetrySpans(openTelemetry);
  const exporter = new openTelemetry.ZipkinExporter({ serviceName: 'bench' });
  let bytes = 0;
  exporter._send = (zipkinSpans, done) => {
    bytes = (bytes + Buffer.from(JSON.stringify(zipkinSpans)).byteLength) | 0;
    done();
  };
  return {
    versions: openTelemetry.versions('@opentelemetry/sdk-trace-base', '@opentelemetry/exporter-zipkin'),
    unitsPerOperation: batch,
    operation() {
      exporter._sendSpans(spans, 'bench', () => {});
      return bytes;
    },
  };
}
