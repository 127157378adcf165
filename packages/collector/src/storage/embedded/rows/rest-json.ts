import type { Endpoint, SpanEvent, SpanLink, SpanRecord } from '@spanwise/wire/span-record';

import type { ValueJson } from './attribute-reader.ts';
import { reviveAttributes } from './attribute-reader.ts';
import { AttributeWriter, noEntries } from './attribute-writer.ts';
import { eventNameKey } from './search-needle.ts';
import type { TextArena } from './text-arena.ts';

/**
 * What most spans do not have, as one JSON object; nothing at all is written when a span has none of it.
 *
 * | member | holds |
 * |---|---|
 * | `v` | events, `["e", name,micros,nanos,dropped,attributes]` |
 * | `l` | links, `[traceId0…3,spanId0,spanId1,flags,dropped,traceState,attributes]` |
 * | `s`, `t` | status message, trace state |
 * | `d` | dropped attributes, events, links |
 * | `a`, `r` | local and remote endpoint |
 */
interface RestJson {
  v?: [string, string, number, number, number, ValueJson[]][];
  l?: [number, number, number, number, number, number, number, number, string, ValueJson[]][];
  s?: string;
  t?: string;
  d?: [number, number, number];
  a?: Endpoint;
  r?: Endpoint;
}

export type RestFields = Pick<
  SpanRecord,
  | 'events'
  | 'links'
  | 'statusMessage'
  | 'traceState'
  | 'droppedAttributesCount'
  | 'droppedEventsCount'
  | 'droppedLinksCount'
  | 'localEndpoint'
  | 'remoteEndpoint'
>;

/** Writes the rest of a span behind its tags. `events` writes what events hold, links have no entries in the filter. */
export class RestWriter {
  readonly #arena: TextArena;
  readonly #events: AttributeWriter;
  readonly #links: AttributeWriter;

  constructor(arena: TextArena, events: AttributeWriter) {
    this.#arena = arena;
    this.#events = events;
    this.#links = new AttributeWriter(arena, noEntries);
  }

  write(span: SpanRecord): void {
    const arena = this.#arena;
    const start = arena.length;
    if (span.events.length > 0) writeList(arena, 'v', span.events, (event) => this.#event(event));
    if (span.links.length > 0) writeList(arena, 'l', span.links, (link) => this.#link(link));
    if (span.statusMessage !== '') writeText(arena, 's', span.statusMessage);
    if (span.traceState !== '') writeText(arena, 't', span.traceState);
    const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
    if (droppedAttributesCount !== 0 || droppedEventsCount !== 0 || droppedLinksCount !== 0) {
      arena.ascii(`,"d":[${droppedAttributesCount},${droppedEventsCount},${droppedLinksCount}]`);
    }
    if (span.localEndpoint !== undefined) writeEndpoint(arena, 'a', span.localEndpoint);
    if (span.remoteEndpoint !== undefined) writeEndpoint(arena, 'r', span.remoteEndpoint);
    if (arena.length === start) return;
    arena.bytes[start] = 0x7b;
    arena.ascii('}');
  }

  #event(event: SpanEvent): void {
    this.#arena.ascii('[');
    this.#events.pair(eventNameKey, event.name);
    this.#arena.ascii(`,${event.timeMicros},${event.timeNanos},${event.droppedAttributesCount},`);
    this.#events.write(event.attributes);
    this.#arena.ascii(']');
  }

  #link(link: SpanLink): void {
    const { traceId0, traceId1, traceId2, traceId3, spanId0, spanId1, flags, droppedAttributesCount } = link;
    const numbers = [traceId0, traceId1, traceId2, traceId3, spanId0, spanId1, flags, droppedAttributesCount];
    this.#arena.ascii(`[${numbers.join()},`);
    this.#arena.quoted(link.traceState);
    this.#arena.ascii(',');
    this.#links.write(link.attributes);
    this.#arena.ascii(']');
  }
}

function writeList<T>(arena: TextArena, name: string, items: readonly T[], write: (item: T) => void): void {
  arena.ascii(`,"${name}":`);
  for (let index = 0; index < items.length; index++) {
    arena.ascii(index === 0 ? '[' : ',');
    write(items[index] as T);
  }
  arena.ascii(']');
}

function writeText(arena: TextArena, name: string, text: string): void {
  arena.ascii(`,"${name}":`);
  arena.quoted(text);
}

function writeEndpoint(arena: TextArena, name: string, endpoint: Endpoint): void {
  const json = `,"${name}":${JSON.stringify(endpoint)}`;
  arena.reserve(json.length * 3);
  arena.length += arena.bytes.write(json, arena.length, 'utf8');
}

export function readRest(text: string): RestFields {
  const json = text === '' ? {} : (JSON.parse(text) as RestJson);
  const [droppedAttributesCount, droppedEventsCount, droppedLinksCount] = json.d ?? [0, 0, 0];
  return {
    events: json.v === undefined ? [] : json.v.map(readEvent),
    links: json.l === undefined ? [] : json.l.map(readLink),
    statusMessage: json.s ?? '',
    traceState: json.t ?? '',
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
    localEndpoint: json.a,
    remoteEndpoint: json.r,
  };
}

function readEvent(json: [string, string, number, number, number, ValueJson[]]): SpanEvent {
  const [, name, timeMicros, timeNanos, droppedAttributesCount, attributes] = json;
  return { name, timeMicros, timeNanos, droppedAttributesCount, attributes: reviveAttributes(attributes) };
}

function readLink(json: NonNullable<RestJson['l']>[number]): SpanLink {
  const [
    traceId0,
    traceId1,
    traceId2,
    traceId3,
    spanId0,
    spanId1,
    flags,
    droppedAttributesCount,
    traceState,
    attributes,
  ] = json;
  return {
    traceId0,
    traceId1,
    traceId2,
    traceId3,
    spanId0,
    spanId1,
    flags,
    droppedAttributesCount,
    traceState,
    attributes: reviveAttributes(attributes),
  };
}
