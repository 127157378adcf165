import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const [major, minor] = process.versions.node.split('.').map(Number);

/**
 * The parts of SDK 2, under the names that SDK 3 has for them, with `versions(...packages)`. With `http` also those that
 * trace a server and export.
 */
export async function openTelemetry2({ http = false } = {}) {
  const [api, sdk, ...parts] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/core'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/otlp-transformer'),
    import('@opentelemetry/exporter-zipkin'),
    import('@opentelemetry/propagator-b3'),
    ...(http ? [import('@opentelemetry/context-async-hooks')] : []),
    ...(http ? [import('@opentelemetry/exporter-trace-otlp-proto')] : []),
    ...(http ? [import('@opentelemetry/instrumentation-http')] : []),
  ]);
  const versions = (...packages) =>
    Object.fromEntries(packages.map((name) => [name, require(`${name}/package.json`).version]));
  return { api, TracerProvider: sdk.BasicTracerProvider, versions, ...Object.assign({}, sdk, ...parts) };
}

/** Runs `use` with the same parts of SDK 3 where it runs; else says why not. */
export async function withOpenTelemetry3(use, { http = false } = {}) {
  const absent = openTelemetry3Absent();
  if (absent !== undefined) return { absent };
  return use({
    ...(await import('@spanwise/benchmarks-opentelemetry-3')),
    ...(http ? await import('@spanwise/benchmarks-opentelemetry-3/http') : {}),
    versions: openTelemetry3Versions,
  });
}

export function openTelemetry3Absent() {
  return major > 22 || (major === 22 && minor >= 15) ? undefined : 'needs Node 22.15 or newer';
}

/** The packages are named as SDK 2 names them. */
export function openTelemetry3Versions(...packages) {
  const manifest = path.join(import.meta.dirname, '..', 'opentelemetry-3', 'package.json');
  const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8'));
  const now = packages.map((name) => name.replace('sdk-trace-base', 'sdk-trace'));
  return Object.fromEntries(now.map((name) => [`${name} (3)`, dependencies[name]]));
}
