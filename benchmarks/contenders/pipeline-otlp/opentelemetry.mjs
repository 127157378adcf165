import { createRequire } from 'node:module';

import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';

import { openTelemetryLife } from '../open-telemetry-life.mjs';

const require = createRequire(import.meta.url);
const batch = 512;

/** Collects finished spans and hands 512 to the serializer, as its exporter does. */
export async function prepare() {
  let bytes = 0;
  let spans = [];
  const processor = {
    onStart() {},
    onEnd(span) {
      if (spans.push(span) < batch) return;
      bytes = (bytes + ProtobufTraceSerializer.serializeRequest(spans).byteLength) | 0;
      spans = [];
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const { life, versions } = openTelemetryLife(processor);
  return {
    versions: {
      ...versions,
      '@opentelemetry/otlp-transformer': require('@opentelemetry/otlp-transformer/package.json').version,
    },
    operation() {
      life();
      return bytes;
    },
  };
}
