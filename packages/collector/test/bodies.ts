import { spanRecord } from '@spanwise/wire';
import type { SpanRecord } from '@spanwise/wire';
import { OtlpJsonEncoder, OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';

/** A span of service `shop` in trace 1, with an id of its own. */
export function someSpan(spanId: number, parts: Partial<SpanRecord> = {}): SpanRecord {
  return spanRecord({
    traceId2: 7,
    traceId3: 1,
    spanId1: spanId,
    name: 'GET /checkout',
    kind: 2,
    startMicros: 1_700_000_000_000_000,
    durationNanos: 5_000_000,
    attributes: ['http.request.method', 'GET'],
    resource: { serviceName: 'shop', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    ...parts,
  });
}

/** Spans as an OTLP request body in protobuf. */
export function protobufBody(...spans: readonly SpanRecord[]): Uint8Array {
  const encoder = new OtlpProtobufEncoder();
  for (const span of spans) encoder.add(span);
  return encoder.take();
}

/** Spans as an OTLP request body in JSON. */
export function jsonBody(...spans: readonly SpanRecord[]): Uint8Array {
  const encoder = new OtlpJsonEncoder();
  for (const span of spans) encoder.add(span);
  return encoder.take();
}

/** Posts a body and returns the answer. */
export function post(
  url: string,
  contentType: string | undefined,
  body: Uint8Array | string,
  headers = {},
): Promise<Response> {
  const type = contentType === undefined ? {} : { 'content-type': contentType };
  return fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(body),
    headers: { ...type, ...headers },
  });
}
