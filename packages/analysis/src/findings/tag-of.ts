import { attributeOf } from '@spanwise/wire/span-record';
import type { Attributes, AttributeValue, SpanRecord } from '@spanwise/wire/span-record';

/**
 * Tags by what they say. The first name is OpenTracing's, the others are those of OpenTelemetry, old and new: spans come from
 * any tracer.
 */
const tagNames = {
  statement: ['db.statement', 'db.query.text', 'sql.query'],
  url: ['http.url', 'url.full', 'http.target', 'url.path'],
  method: ['http.method', 'http.request.method'],
  httpStatus: ['http.status_code', 'http.response.status_code'],
  rpcStatus: ['rpc.grpc.status_code', 'grpc.status_code', 'rpc.response.status_code'],
  rpcMethod: ['rpc.method', 'grpc.method'],
  /** PostgreSQL's errors have theirs as `code`, which `errorFields` logs. */
  sqlState: ['db.response.status_code', 'error.code'],
  rpcStream: ['grpc.method_type'],
  resends: ['http.resend_count', 'http.request.resend_count'],
  database: ['db.instance', 'db.namespace', 'db.name'],
  destination: ['message_bus.destination', 'messaging.destination.name', 'messaging.destination'],
  deliveryTime: ['messaging.rocketmq.message.delivery_timestamp'],
  deliveryDelay: ['messaging.rocketmq.message.delay_time_level'],
  errorKind: ['error.kind', 'error.type', 'exception.type'],
  errorMessage: ['error.message', 'exception.message', 'message'],
  blockedMillis: ['spanwise.eventloop.blocked_ms'],
  cpuMillis: ['spanwise.cpu_ms'],
  atWorkMillis: ['spanwise.at_work_ms'],
  component: ['component'],
  contentType: ['http.response.header.content-type', 'http.response_content_type', 'http.content_type'],
  lockWaitMillis: ['db.lock.wait_ms'],
  poolWaitMillis: ['db.pool.wait_ms'],
} as const;

/** What a tag is for, whatever it is called. */
export type TagPurpose = keyof typeof tagNames;

/** The text of a tag; empty when the span has none. */
export function textTag(span: SpanRecord, purpose: TagPurpose): string {
  return textOf(span.attributes, purpose);
}

/** The same for any list of attributes. */
export function textOf(attributes: Attributes, purpose: TagPurpose): string {
  const value = valueOf(attributes, purpose);
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').join(' ') : '';
}

/** A tag as a number; Zipkin sends all of them as text. `undefined` for what is none. */
export function numberTag(span: SpanRecord, purpose: TagPurpose): number | undefined {
  return numberOf(valueOf(span.attributes, purpose));
}

/** The same for a value. */
export function numberOf(value: AttributeValue | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  if (value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function valueOf(attributes: Attributes, purpose: TagPurpose): AttributeValue | undefined {
  if (attributes.length === 0) return undefined;
  for (const name of tagNames[purpose]) {
    const value = attributeOf(attributes, name);
    if (value !== undefined) return value;
  }
  return undefined;
}
