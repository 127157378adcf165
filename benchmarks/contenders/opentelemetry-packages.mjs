import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

/** SDK 2, with the parts under the names that SDK 3 has for them. */
export async function openTelemetry2() {
  const [api, sdk, { ProtobufTraceSerializer }, { ZipkinExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/otlp-transformer'),
    import('@opentelemetry/exporter-zipkin'),
    import('@opentelemetry/resources'),
  ]);
  const { BasicTracerProvider: TracerProvider, AlwaysOnSampler, AlwaysOffSampler } = sdk;
  const versions = (...names) =>
    Object.fromEntries(names.map((name) => [packages[name], require(`${packages[name]}/package.json`).version]));
  return {
    api,
    TracerProvider,
    AlwaysOnSampler,
    AlwaysOffSampler,
    ProtobufTraceSerializer,
    ZipkinExporter,
    resourceFromAttributes,
    versions,
  };
}

const packages = {
  sdk: '@opentelemetry/sdk-trace-base',
  otlp: '@opentelemetry/otlp-transformer',
  zipkin: '@opentelemetry/exporter-zipkin',
};

/** Runs `use` with the parts of SDK 3 where it runs; else says why not. */
export async function withOpenTelemetry3(use) {
  if (major < 22 || (major === 22 && minor < 15)) return { absent: 'needs Node 22.15 or newer' };
  const manifest = path.join(import.meta.dirname, '..', 'opentelemetry-3', 'package.json');
  const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8'));
  const names = { ...packages, sdk: '@opentelemetry/sdk-trace' };
  const versions = (...wanted) =>
    Object.fromEntries(wanted.map((name) => [`${names[name]} (3)`, dependencies[names[name]]]));
  return use({ ...(await import('@spanwise/benchmarks-opentelemetry-3')), versions });
}
