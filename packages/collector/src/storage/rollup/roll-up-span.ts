import type { TraceIdWords } from '@spanwise/wire';
import type { AttributeValue, Attributes, SpanRecord } from '@spanwise/wire/span-record';
import { SpanKind, SpanStatus } from '@spanwise/wire/span-record';

import { samplingWeight } from './sampling-weight.ts';

/** What a service calls. */
export const CalleeKind = { service: 0, database: 1, broker: 2 } as const;
export type CalleeKind = (typeof CalleeKind)[keyof typeof CalleeKind];

/** The other side of a span as the span itself tells it. */
export interface Peer {
  readonly name: string;
  readonly kind: CalleeKind;
}

/** What roll-ups read of a span. */
export interface RollUpSpan {
  readonly traceId: TraceIdWords;
  readonly spanId0: number;
  readonly spanId1: number;
  readonly parentId0: number;
  readonly parentId1: number;
  readonly kind: number;
  readonly shared: boolean;
  readonly service: string;
  readonly operation: string;
  readonly startMicros: number;
  readonly durationNanos: number | undefined;
  readonly failed: boolean;
  readonly weight: number;
  readonly peer: Peer | undefined;
}

/** `undefined` for an unfinished record, which no roll-up counts. */
export function rollUpSpanOf(span: SpanRecord): RollUpSpan | undefined {
  if (span.unfinished) return undefined;
  const { spanId0, spanId1, parentId0, parentId1, kind, shared, startMicros, durationNanos } = span;
  const traceId = [span.traceId0, span.traceId1, span.traceId2, span.traceId3] as const;
  return {
    traceId,
    spanId0,
    spanId1,
    parentId0,
    parentId1,
    kind,
    shared,
    service: span.resource.serviceName,
    operation: span.name,
    startMicros,
    durationNanos,
    failed: span.status === SpanStatus.error,
    weight: samplingWeight(traceId, span.traceState, span.attributes),
    peer: peerOf(kind, span.remoteEndpoint?.serviceName ?? '', span.attributes),
  };
}

const databasePrefix = 'db.';
const brokerPrefixes = ['messaging.', 'message_bus.'];

/** With what the keys of attributes begin that `peerOf` looks at. */
export const peerKeyPrefixes: readonly string[] = [databasePrefix, ...brokerPrefixes];

/**
 * The other side: by the name of the remote endpoint (`peer.service`), else a database or broker by OpenTelemetry's and
 * OpenTracing's tags, the narrowest name first. What kind it is, the tags tell, and the kind of the span.
 */
export function peerOf(kind: number, remoteService: string, attributes: Attributes): Peer | undefined {
  const isMessaging = kind === SpanKind.producer || kind === SpanKind.consumer;
  if (remoteService !== '')
    return { name: remoteService, kind: isMessaging ? CalleeKind.broker : kindByKeys(attributes) };
  if (!isMessaging && kind !== SpanKind.client) return undefined;
  const database = firstText(attributes, [
    'db.namespace',
    'db.name',
    'db.instance',
    'db.system.name',
    'db.system',
    'db.type',
  ]);
  if (database !== undefined) return { name: database, kind: CalleeKind.database };
  const broker = firstText(attributes, ['messaging.system', 'messaging.destination.name', 'message_bus.destination']);
  return broker === undefined ? undefined : { name: broker, kind: CalleeKind.broker };
}

function kindByKeys(attributes: Attributes): CalleeKind {
  for (let index = 0; index < attributes.length; index += 2) {
    const key = attributes[index] as string;
    if (key.startsWith(databasePrefix)) return CalleeKind.database;
    if (brokerPrefixes.some((prefix) => key.startsWith(prefix))) return CalleeKind.broker;
  }
  return CalleeKind.service;
}

function firstText(attributes: Attributes, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = textOf(attributes, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

function textOf(attributes: Attributes, key: string): string | undefined {
  let value: AttributeValue | undefined;
  for (let index = 0; index < attributes.length; index += 2)
    if (attributes[index] === key) value = attributes[index + 1];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
