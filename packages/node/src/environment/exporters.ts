import type { Variables } from './variables.ts';

/** What can send spans here. */
export type ExporterName = 'otlp' | 'zipkin';

/** Known to OpenTelemetry's specification or its SDKs, and not made here. */
const MISSING = new Set(['console', 'logging', 'otlp/stdout', 'jaeger', 'kafka', 'prometheus', 'xray']);
const FIX = 'write otlp, zipkin, or both with a comma between them, or none';

/**
 * Who sends spans, each name once; nobody for `none`. Of a list with exporters that do not exist here, those that do are
 * taken, or OTLP where there is none.
 *
 * Source: OpenTelemetry specification 1.x, "Exporter Selection".
 */
export function readExporters(variables: Variables): readonly ExporterName[] {
  const names = variables.read(['OTEL_TRACES_EXPORTER'], parseNames, FIX);
  if (names === undefined) return ['otlp'];
  const here = names.filter((name): name is ExporterName => !MISSING.has(name));
  if (here.length === names.length) return here;
  const used: readonly ExporterName[] = here.length === 0 ? ['otlp'] : here;
  const missing = names.filter((name) => MISSING.has(name)).join(' and ');
  const outcome = `asks for ${missing}, which is not here yet, and ${used.join(' and ')} is used`;
  variables.warn('OTEL_TRACES_EXPORTER', variables.value('OTEL_TRACES_EXPORTER')!, FIX, outcome);
  return used;
}

function parseNames(value: string): readonly string[] | undefined {
  const names = [...new Set(value.split(',').map((name) => name.trim().toLowerCase()))];
  if (names.length === 1 && names[0] === 'none') return [];
  return names.every((name) => name === 'otlp' || name === 'zipkin' || MISSING.has(name)) ? names : undefined;
}
