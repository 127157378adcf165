import { OtlpJsonEncoder } from '@spanwise/wire/otlp/encode';
import { toTraceColumns } from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';
import type { JsonFormat } from './trace-tab.ts';

/**
 * The spans of a trace as one JSON text in UTF-8:
 * - `spanwise`: `TraceColumns`, as `/api/spanwise/v1/traces/ID` answers; holds everything;
 * - `otlp`: the body of an OTLP/HTTP request, spans grouped by resource and scope;
 * - `zipkin`: a list as `POST /api/v2/spans` takes it, names as they were sent, resources as tags of each span.
 */
export function traceJson(traceId: string, spans: readonly SpanRecord[], format: JsonFormat): Uint8Array<ArrayBuffer> {
  if (format === 'spanwise') return new TextEncoder().encode(JSON.stringify(toTraceColumns(traceId, spans)));
  const encoder =
    format === 'otlp'
      ? new OtlpJsonEncoder()
      : new ZipkinJsonEncoder({ lowerCaseNames: false, resourceAttributes: true });
  for (const span of format === 'otlp' ? grouped(spans) : spans) encoder.add(span);
  return encoder.take() as Uint8Array<ArrayBuffer>;
}

/** The encoder writes a resource and a scope once for spans that follow each other. */
function grouped(spans: readonly SpanRecord[]): SpanRecord[] {
  const numbers = new Map<object, number>();
  for (const { resource, scope } of spans) {
    for (const part of [resource, scope]) if (!numbers.has(part)) numbers.set(part, numbers.size);
  }
  const numberOf = (part: object): number => numbers.get(part)!;
  return [...spans].sort(
    (one, other) => numberOf(one.resource) - numberOf(other.resource) || numberOf(one.scope) - numberOf(other.scope),
  );
}

/** The name under which a trace is saved. */
export function traceFileName(traceId: string, format: JsonFormat | 'html'): string {
  if (format === 'html') return `trace-${traceId}.html`;
  return format === 'spanwise' ? `trace-${traceId}.json` : `trace-${traceId}.${format}.json`;
}
