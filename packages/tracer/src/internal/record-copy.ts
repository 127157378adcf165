import type { SpanRecord } from '@spanwise/wire';
import { noAttributes } from '@spanwise/wire';

/** A record that is being made. */
export type RecordCopy = { -readonly [Key in keyof SpanRecord]: SpanRecord[Key] };

/**
 * A record of its own, which shares lists with the one given, for the caller to change. Field by field: a spread would
 * also take what the application has put on its span, and a spread of the changes costs 5 µs.
 */
export function copyOf(record: SpanRecord): RecordCopy {
  return {
    traceId0: record.traceId0,
    traceId1: record.traceId1,
    traceId2: record.traceId2,
    traceId3: record.traceId3,
    spanId0: record.spanId0,
    spanId1: record.spanId1,
    parentId0: record.parentId0,
    parentId1: record.parentId1,
    name: record.name,
    kind: record.kind,
    startMicros: record.startMicros,
    startNanos: record.startNanos,
    durationNanos: record.durationNanos,
    attributes: record.attributes,
    droppedAttributesCount: record.droppedAttributesCount,
    events: record.events,
    droppedEventsCount: record.droppedEventsCount,
    links: record.links,
    droppedLinksCount: record.droppedLinksCount,
    status: record.status,
    statusMessage: record.statusMessage,
    traceState: record.traceState,
    flags: record.flags,
    debug: record.debug,
    shared: record.shared,
    unfinished: record.unfinished,
    resource: record.resource,
    scope: record.scope,
    localEndpoint: record.localEndpoint,
    remoteEndpoint: record.remoteEndpoint,
  };
}

/** What the tracer itself put down, such as ids and times, and no word that the application wrote. */
export function bareCopyOf(record: SpanRecord): SpanRecord {
  const copy = copyOf(record);
  copy.name = '';
  copy.attributes = noAttributes;
  copy.events = [];
  copy.statusMessage = '';
  copy.remoteEndpoint = undefined;
  return copy;
}
