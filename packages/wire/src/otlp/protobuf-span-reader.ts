import { maxReasons } from '../decoded-spans.ts';
import type {
  AttributeValue,
  Attributes,
  InstrumentationScope,
  Resource,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanRecord,
  SpanStatus,
} from '../span-record.ts';
import { noAttributes } from '../span-record.ts';
import { HeadCache } from './head-cache.ts';
import type { OwnFields } from './own-attributes.ts';
import { nothingOwn } from './own-attributes.ts';
import { ProtobufValueReader } from './protobuf-value-reader.ts';
import type { Draft } from './resource.ts';
import { draftResource, draftScope, fillResource, listOf } from './resource.ts';

const noEvents: readonly SpanEvent[] = Object.freeze([]);
const noLinks: readonly SpanLink[] = Object.freeze([]);
const resources = new HeadCache<Resource>();
const scopes = new HeadCache<InstrumentationScope>();

/**
 * Reads the spans of an OTLP request for what keeps them in a form of its own: `decodeOtlpProtobuf` makes records of
 * them, a store can make rows without making a list of each span's attributes first.
 *
 * For each span come `beginSpan`, `attribute` once for each of its attributes, `finishAttributes`, and `span` unless it
 * is rejected. Resource and scope are complete from the start, wherever in the message they stand.
 */
export abstract class OtlpSpanReader extends ProtobufValueReader {
  /** Spans left out, because an id or a time is none. */
  rejected = 0;
  /** Why, for the first few. */
  readonly reasons: string[] = [];
  /** What the attributes say that is no attribute of the record. `finishAttributes` may replace it. */
  protected own: OwnFields = nothingOwn;
  /** Ids of the message just read: how long they were, and their words when the length was right. */
  #traceIdSize = 0;
  #trace0 = 0;
  #trace1 = 0;
  #trace2 = 0;
  #trace3 = 0;
  #idSize = 0;
  #id0 = 0;
  #id1 = 0;
  #timesFit = true;

  /** @throws {WireFormatError} when the bytes are no such message; what came before it has been given then. */
  read(): void {
    const end = this.bytes.length;
    while (this.position < end) {
      const tag = this.tag(end);
      if (tag === 0x0a) this.#resourceSpans(end);
      else this.skip(tag, end);
    }
  }

  protected abstract beginSpan(resource: Resource): void;

  /** Reads one `KeyValue`, whose length is the next thing to read and which ends before `end`. */
  protected abstract attribute(end: number): void;

  /** The attributes for the record. */
  protected abstract finishAttributes(): Attributes;

  protected abstract span(span: SpanRecord): void;

  /** In two passes, because the schema's URL stands behind the spans, and the resource may. */
  #resourceSpans(end: number): void {
    const fieldEnd = this.fieldEnd(end);
    const start = this.position;
    const resource = resources.get(this, fieldEnd, () => this.#readResource(fieldEnd));
    this.position = start;
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x12) this.#scopeSpans(fieldEnd, resource);
      else this.skip(tag, fieldEnd);
    }
  }

  #readResource(end: number): Resource {
    const resource = draftResource();
    while (this.position < end) {
      const tag = this.tag(end);
      if (tag === 0x0a) this.#resource(end, resource);
      else if (tag === 0x1a) resource.schemaUrl = this.text(end);
      else this.skip(tag, end);
    }
    return resource;
  }

  #resource(end: number, resource: Draft<Resource>): void {
    const fieldEnd = this.fieldEnd(end);
    const attributes: AttributeValue[] = [];
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x0a) this.keyValue(fieldEnd, attributes, 1);
      else if (tag === 0x10) resource.droppedAttributesCount = this.uint32(fieldEnd);
      else this.skip(tag, fieldEnd);
    }
    fillResource(resource, attributes);
  }

  #scopeSpans(end: number, resource: Resource): void {
    const fieldEnd = this.fieldEnd(end);
    const start = this.position;
    const scope = scopes.get(this, fieldEnd, () => this.#readScope(fieldEnd));
    this.position = start;
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x12) this.#span(fieldEnd, resource, scope);
      else this.skip(tag, fieldEnd);
    }
  }

  #readScope(end: number): InstrumentationScope {
    const scope = draftScope();
    while (this.position < end) {
      const tag = this.tag(end);
      if (tag === 0x0a) this.#scope(end, scope);
      else if (tag === 0x1a) scope.schemaUrl = this.text(end);
      else this.skip(tag, end);
    }
    return scope;
  }

  #scope(end: number, scope: Draft<InstrumentationScope>): void {
    const fieldEnd = this.fieldEnd(end);
    const attributes: AttributeValue[] = [];
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x0a) scope.name = this.text(fieldEnd);
      else if (tag === 0x12) scope.version = this.text(fieldEnd);
      else if (tag === 0x1a) this.keyValue(fieldEnd, attributes, 1);
      else if (tag === 0x20) scope.droppedAttributesCount = this.uint32(fieldEnd);
      else this.skip(tag, fieldEnd);
    }
    scope.attributes = listOf(attributes);
  }

  /** One long function on purpose: the fields stay in registers, and a record is built once, with one shape. */
  #span(end: number, resource: Resource, scope: InstrumentationScope): void {
    const fieldEnd = this.fieldEnd(end);
    let traceIdSize = 0;
    let traceId0 = 0;
    let traceId1 = 0;
    let traceId2 = 0;
    let traceId3 = 0;
    let spanIdSize = 0;
    let spanId0 = 0;
    let spanId1 = 0;
    let parentIdSize = 0;
    let parentId0 = 0;
    let parentId1 = 0;
    let name = '';
    let traceState = '';
    let kind = 0;
    let startMicros = 0;
    let startNanos = 0;
    let endMicros = 0;
    let endNanos = 0;
    let events: SpanEvent[] | undefined;
    let links: SpanLink[] | undefined;
    let droppedAttributesCount = 0;
    let droppedEventsCount = 0;
    let droppedLinksCount = 0;
    let lostLinks = 0;
    let status = 0;
    let statusMessage = '';
    let flags = 0;
    this.#timesFit = true;
    this.own = nothingOwn;
    this.beginSpan(resource);
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      switch (tag) {
        case 0x0a:
          this.#traceId(fieldEnd);
          traceIdSize = this.#traceIdSize;
          traceId0 = this.#trace0;
          traceId1 = this.#trace1;
          traceId2 = this.#trace2;
          traceId3 = this.#trace3;
          break;
        case 0x12:
          this.#spanId(fieldEnd);
          spanIdSize = this.#idSize;
          spanId0 = this.#id0;
          spanId1 = this.#id1;
          break;
        case 0x1a:
          traceState = this.text(fieldEnd);
          break;
        case 0x22:
          this.#spanId(fieldEnd);
          parentIdSize = this.#idSize;
          parentId0 = this.#id0;
          parentId1 = this.#id1;
          break;
        case 0x2a:
          name = this.text(fieldEnd);
          break;
        case 0x30:
          kind = this.uint32(fieldEnd);
          break;
        case 0x39:
          if (this.instant(fieldEnd)) {
            startMicros = this.micros;
            startNanos = this.nanos;
          } else this.#timesFit = false;
          break;
        case 0x41:
          if (this.instant(fieldEnd)) {
            endMicros = this.micros;
            endNanos = this.nanos;
          } else this.#timesFit = false;
          break;
        case 0x4a:
          this.attribute(fieldEnd);
          break;
        case 0x50:
          droppedAttributesCount = this.uint32(fieldEnd);
          break;
        case 0x5a:
          (events ??= []).push(this.#event(fieldEnd));
          break;
        case 0x60:
          droppedEventsCount = this.uint32(fieldEnd);
          break;
        case 0x6a: {
          const link = this.#link(fieldEnd);
          if (link === undefined) lostLinks++;
          else (links ??= []).push(link);
          break;
        }
        case 0x70:
          droppedLinksCount = this.uint32(fieldEnd);
          break;
        case 0x7a: {
          const statusEnd = this.fieldEnd(fieldEnd);
          while (this.position < statusEnd) {
            const statusTag = this.tag(statusEnd);
            if (statusTag === 0x12) statusMessage = this.text(statusEnd);
            else if (statusTag === 0x18) status = this.uint32(statusEnd);
            else this.skip(statusTag, statusEnd);
          }
          break;
        }
        case 0x85:
          flags = this.int32At(this.fixed(4, fieldEnd)) >>> 0;
          break;
        default:
          this.skip(tag, fieldEnd);
      }
    }
    if (traceIdSize !== 16 || (traceId0 | traceId1 | traceId2 | traceId3) === 0) {
      return this.#reject(name, traceIdSize === 16 ? 'its trace id is zero' : idLength('trace id', traceIdSize, 16));
    }
    if (spanIdSize !== 8 || (spanId0 | spanId1) === 0) {
      return this.#reject(name, spanIdSize === 8 ? 'its span id is zero' : idLength('span id', spanIdSize, 8));
    }
    if (parentIdSize !== 8 && parentIdSize !== 0) {
      return this.#reject(name, idLength('parent span id', parentIdSize, 8));
    }
    if (!this.#timesFit) return this.#reject(name, 'a time is later than 2^53 microseconds after 1970');

    const attributes = this.finishAttributes();
    const { debug, shared, unfinished, localEndpoint, remoteEndpoint } = this.own;
    this.span({
      traceId0,
      traceId1,
      traceId2,
      traceId3,
      spanId0,
      spanId1,
      parentId0,
      parentId1,
      name,
      kind: (kind <= 5 ? kind : 0) as SpanKind,
      startMicros,
      startNanos,
      durationNanos:
        endMicros === 0 && endNanos === 0 ? undefined : (endMicros - startMicros) * 1000 + (endNanos - startNanos),
      attributes,
      droppedAttributesCount,
      events: events ?? noEvents,
      droppedEventsCount,
      links: links ?? noLinks,
      droppedLinksCount: droppedLinksCount + lostLinks,
      status: (status <= 2 ? status : 0) as SpanStatus,
      statusMessage,
      traceState,
      flags,
      debug,
      shared,
      unfinished,
      resource,
      scope,
      localEndpoint,
      remoteEndpoint,
    });
  }

  #event(end: number): SpanEvent {
    const fieldEnd = this.fieldEnd(end);
    let timeMicros = 0;
    let timeNanos = 0;
    let name = '';
    let attributes: AttributeValue[] | undefined;
    let droppedAttributesCount = 0;
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x09) {
        if (this.instant(fieldEnd)) {
          timeMicros = this.micros;
          timeNanos = this.nanos;
        } else this.#timesFit = false;
      } else if (tag === 0x12) name = this.text(fieldEnd);
      else if (tag === 0x1a) this.keyValue(fieldEnd, (attributes ??= []), 1);
      else if (tag === 0x20) droppedAttributesCount = this.uint32(fieldEnd);
      else this.skip(tag, fieldEnd);
    }
    return { timeMicros, timeNanos, name, attributes: attributes ?? noAttributes, droppedAttributesCount };
  }

  /** OpenTelemetry allows links to an invalid context, so absent and zero ids are kept; other lengths are not. */
  #link(end: number): SpanLink | undefined {
    const fieldEnd = this.fieldEnd(end);
    const link: Draft<SpanLink> = {
      traceId0: 0,
      traceId1: 0,
      traceId2: 0,
      traceId3: 0,
      spanId0: 0,
      spanId1: 0,
      traceState: '',
      flags: 0,
      attributes: noAttributes,
      droppedAttributesCount: 0,
    };
    const attributes: AttributeValue[] = [];
    let isWhole = true;
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x0a) {
        this.#traceId(fieldEnd);
        isWhole &&= this.#traceIdSize === 16 || this.#traceIdSize === 0;
        link.traceId0 = this.#trace0;
        link.traceId1 = this.#trace1;
        link.traceId2 = this.#trace2;
        link.traceId3 = this.#trace3;
      } else if (tag === 0x12) {
        this.#spanId(fieldEnd);
        isWhole &&= this.#idSize === 8 || this.#idSize === 0;
        link.spanId0 = this.#id0;
        link.spanId1 = this.#id1;
      } else if (tag === 0x1a) link.traceState = this.text(fieldEnd);
      else if (tag === 0x22) this.keyValue(fieldEnd, attributes, 1);
      else if (tag === 0x28) link.droppedAttributesCount = this.uint32(fieldEnd);
      else if (tag === 0x35) link.flags = this.int32At(this.fixed(4, fieldEnd)) >>> 0;
      else this.skip(tag, fieldEnd);
    }
    link.attributes = listOf(attributes);
    return isWhole ? link : undefined;
  }

  #traceId(end: number): void {
    const fieldEnd = this.fieldEnd(end);
    const start = this.position;
    this.#traceIdSize = fieldEnd - start;
    const isWhole = this.#traceIdSize === 16;
    this.#trace0 = isWhole ? this.idWordAt(start) : 0;
    this.#trace1 = isWhole ? this.idWordAt(start + 4) : 0;
    this.#trace2 = isWhole ? this.idWordAt(start + 8) : 0;
    this.#trace3 = isWhole ? this.idWordAt(start + 12) : 0;
    this.position = fieldEnd;
  }

  #spanId(end: number): void {
    const fieldEnd = this.fieldEnd(end);
    const start = this.position;
    this.#idSize = fieldEnd - start;
    const isWhole = this.#idSize === 8;
    this.#id0 = isWhole ? this.idWordAt(start) : 0;
    this.#id1 = isWhole ? this.idWordAt(start + 4) : 0;
    this.position = fieldEnd;
  }

  #reject(name: string, reason: string): void {
    this.rejected++;
    if (this.reasons.length < maxReasons) this.reasons.push(`span ${JSON.stringify(name.slice(0, 100))}: ${reason}`);
  }
}

function idLength(what: string, size: number, expected: number): string {
  return size === 0 ? `it has no ${what}` : `its ${what} has ${size} bytes instead of ${expected}`;
}
