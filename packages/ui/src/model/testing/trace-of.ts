import { spanRecord } from '@spanwise/wire/span-record';
import type { Attributes, SpanRecord } from '@spanwise/wire/span-record';
import { toTraceColumns } from '@spanwise/wire/query';
import { buildTraceModel } from '../trace-model.ts';
import type { TraceModel } from '../trace-model.ts';

/** A span of a test: times in microseconds since the start of the trace. */
export interface TestSpan {
  readonly id: number;
  readonly parent?: number;
  readonly start: number;
  readonly duration: number;
  readonly service?: string;
  readonly name?: string;
  readonly tags?: Attributes;
  readonly more?: Partial<SpanRecord>;
}

/** 2026-11-22T12:00:00Z. */
export const testOriginMicros = 1_795_348_800_000_000;

/** The model of a trace, made the way the page makes it: through the columns that the collector sends. */
export function traceOf(...spans: readonly TestSpan[]): TraceModel {
  return buildTraceModel(JSON.parse(JSON.stringify(toTraceColumns('0'.repeat(24) + '0000abcd', spans.map(recordOf)))));
}

function recordOf(span: TestSpan): SpanRecord {
  return spanRecord({
    traceId3: 0xabcd,
    spanId1: span.id,
    parentId1: span.parent ?? 0,
    name: span.name ?? `operation ${span.id}`,
    startMicros: testOriginMicros + span.start,
    durationNanos: span.duration * 1000,
    attributes: span.tags ?? [],
    resource: {
      serviceName: span.service ?? 'shop',
      attributes: [],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
    ...span.more,
  });
}

/** root 1 ─ 2 ─ 3 and 4, 5 under 2; 6 under 1. Positions follow the starts: 1→0, 2→1, 3→2, 4→3, 5→4, 6→5. */
export function sixSpans(): TraceModel {
  return traceOf(
    { id: 1, start: 0, duration: 1000, service: 'gateway', name: 'POST /checkout' },
    { id: 2, parent: 1, start: 100, duration: 600, service: 'orders', name: 'POST /orders' },
    { id: 3, parent: 2, start: 150, duration: 100, service: 'orders', name: 'SELECT item', tags: ['db.type', 'sql'] },
    { id: 4, parent: 2, start: 300, duration: 100, service: 'orders', name: 'SELECT item', tags: ['db.type', 'sql'] },
    { id: 5, parent: 2, start: 450, duration: 200, service: 'payment', name: 'charge', more: { status: 2 } },
    { id: 6, parent: 1, start: 800, duration: 150, service: 'mailer', name: 'send' },
  );
}
