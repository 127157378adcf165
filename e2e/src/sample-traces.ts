import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';
import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire/span-record';
import type { Attributes } from '@spanwise/wire/span-record';

import type { CollectorProcess } from './collector-process.ts';
import { until } from './until.ts';

/** A span of a trace made for a test: times in microseconds since the start of the trace; no parent is 0. */
export interface SampleSpan {
  readonly id: number;
  readonly parent: number;
  readonly service: string;
  readonly name: string;
  readonly start: number;
  readonly duration: number;
  readonly kind?: SpanKind;
  readonly failed?: boolean;
  readonly tags?: Attributes;
}

/**
 * A checkout over four services: twenty like queries in a row, a payment that fails twice and then works, and a mail.
 * 27 spans.
 */
export function checkoutSpans(): SampleSpan[] {
  const { client, server } = SpanKind;
  const queries = Array.from({ length: 20 }, (_, at): SampleSpan => {
    const place = { start: 30_000 + at * 9_000, duration: 4_000 + ((at * 7) % 5) * 800 };
    return {
      id: 100 + at,
      parent: 3,
      service: 'orders',
      name: 'SELECT item',
      kind: client,
      tags: ['db.type', 'sql'],
      ...place,
    };
  });
  const payments = [0, 1, 2].map((at): SampleSpan => {
    const place = { start: 225_000 + at * 40_000, duration: at === 2 ? 60_000 : 30_000, failed: at < 2 };
    const tags = ['http.status_code', at < 2 ? 503 : 200];
    return { id: 200 + at, parent: 3, service: 'payment', name: 'charge', kind: server, tags, ...place };
  });
  return [
    { id: 1, parent: 0, service: 'gateway', name: 'POST /checkout', kind: server, start: 0, duration: 400_000 },
    { id: 2, parent: 1, service: 'gateway', name: 'POST /orders', kind: client, start: 10_000, duration: 370_000 },
    { id: 3, parent: 2, service: 'orders', name: 'POST /orders', kind: server, start: 15_000, duration: 355_000 },
    ...queries,
    ...payments,
    { id: 4, parent: 1, service: 'mailer', name: 'send', start: 382_000, duration: 12_000, kind: server },
  ];
}

/** Sends the spans of one trace as OTLP, and waits until the collector has as many of it. The trace starts at `originMicros`. */
export async function sendTrace(
  collector: CollectorProcess,
  trace: number,
  originMicros: number,
  spans: readonly SampleSpan[],
  countInAll: number = spans.length,
): Promise<void> {
  const encoder = new OtlpProtobufEncoder();
  const resources = new Map(
    spans.map(({ service }) => [
      service,
      { serviceName: service, attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    ]),
  );
  for (const span of spans) {
    encoder.add(
      spanRecord({
        traceId3: trace,
        spanId1: span.id,
        parentId1: span.parent,
        name: span.name,
        kind: span.kind ?? SpanKind.internal,
        status: span.failed === true ? SpanStatus.error : SpanStatus.unset,
        startMicros: originMicros + span.start,
        durationNanos: span.duration * 1000,
        attributes: span.tags ?? [],
        resource: resources.get(span.service)!,
      }),
    );
  }
  const response = await fetch(`${collector.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: encoder.take() as Uint8Array<ArrayBuffer>,
  });
  if (!response.ok) throw new Error(`the collector answered ${response.status}: ${await response.text()}`);
  await until('every span of the trace is stored', async () => {
    const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/${trace.toString(16)}`);
    const count = answer.ok ? ((await answer.json()) as { count: number }).count : 0;
    return count === countInAll ? true : undefined;
  });
}

/** The path of the page on a trace. */
export function tracePath(trace: number): string {
  return `/trace/${trace.toString(16).padStart(32, '0')}`;
}
