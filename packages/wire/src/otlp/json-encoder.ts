import type { SpanEncoder } from '../encoder.ts';
import { parentIdHex, spanIdHex, traceIdHex } from '../ids.ts';
import { ByteWriter } from '../internal/byte-writer.ts';
import { quote } from '../internal/json-text.ts';
import type { InstrumentationScope, Resource, SpanEvent, SpanLink, SpanRecord } from '../span-record.ts';
import { attributesJson } from './json-values.ts';
import { ownAttributes } from './own-attributes.ts';

/**
 * Makes OTLP/HTTP bodies in JSON: for debugging, and for receivers that take nothing else; protobuf is several times
 * faster. Groups runs of spans and treats kinds as `OtlpProtobufEncoder` does. Ids are hex, 64-bit integers strings,
 * enums numbers, as the OTLP specification has it.
 */
export class OtlpJsonEncoder implements SpanEncoder {
  readonly contentType: string = 'application/json';
  #writer = new ByteWriter();
  #spanCount = 0;
  #resource: Resource | undefined;
  #scope: InstrumentationScope | undefined;

  get spanCount(): number {
    return this.#spanCount;
  }

  get byteLength(): number {
    return this.#writer.position;
  }

  add(span: SpanRecord): void {
    const sameScope = span.scope === this.#scope && span.resource === this.#resource;
    const json = spanJson(span);
    // The state follows the bytes, so that a span which throws leaves neither behind.
    this.#writer.utf8(sameScope ? `,${json}` : this.#groupStart(span) + json);
    this.#resource = span.resource;
    this.#scope = span.scope;
    this.#spanCount++;
  }

  take(): Uint8Array {
    this.#writer.utf8(this.#resource === undefined ? '{"resourceSpans":[]}' : ']}]}]}');
    this.#resource = undefined;
    this.#scope = undefined;
    this.#spanCount = 0;
    return this.#writer.take();
  }

  #groupStart(span: SpanRecord): string {
    const sameResource = span.resource === this.#resource;
    const first = this.#resource === undefined;
    const scope = `{"scope":${scopeJson(span.scope)},"spans":[`;
    if (sameResource) return `]},${scope}`;
    const resource = `{"resource":${resourceJson(span.resource)},"scopeSpans":[`;
    return (first ? '{"resourceSpans":[' : ']}]},') + resource + scope;
  }
}

/** The schema URL belongs beside the resource in OTLP, so this closes the object early. */
function resourceJson(resource: Resource): string {
  const { serviceName, attributes } = resource;
  const all = serviceName === '' ? attributes : ['service.name', serviceName, ...attributes];
  const json = `{"attributes":${attributesJson(all)}${count('droppedAttributesCount', resource.droppedAttributesCount)}}`;
  return json + text('schemaUrl', resource.schemaUrl);
}

function scopeJson(scope: InstrumentationScope): string {
  const json =
    `{"name":${quote(scope.name)}${text('version', scope.version)}${list('attributes', scope.attributes)}` +
    `${count('droppedAttributesCount', scope.droppedAttributesCount)}}`;
  return json + text('schemaUrl', scope.schemaUrl);
}

function spanJson(span: SpanRecord): string {
  const own = ownAttributes(span);
  return (
    `{"traceId":"${traceIdHex(span)}","spanId":"${spanIdHex(span)}"` +
    text('parentSpanId', parentIdHex(span)) +
    text('traceState', span.traceState) +
    `,"name":${quote(span.name)},"kind":${span.kind === 0 ? 1 : span.kind}` +
    timesJson(span) +
    list('attributes', own.length === 0 ? span.attributes : [...span.attributes, ...own]) +
    count('droppedAttributesCount', span.droppedAttributesCount) +
    (span.events.length === 0 ? '' : `,"events":[${span.events.map(eventJson).join(',')}]`) +
    count('droppedEventsCount', span.droppedEventsCount) +
    (span.links.length === 0 ? '' : `,"links":[${span.links.map(linkJson).join(',')}]`) +
    count('droppedLinksCount', span.droppedLinksCount) +
    statusJson(span) +
    count('flags', span.flags) +
    '}'
  );
}

function timesJson(span: SpanRecord): string {
  const { startMicros, startNanos, durationNanos } = span;
  const start = `,"startTimeUnixNano":"${unixNano(startMicros, startNanos)}"`;
  if (durationNanos === undefined) return start;
  const nanos = startNanos + durationNanos;
  const carry = Math.floor(nanos / 1000);
  return `${start},"endTimeUnixNano":"${unixNano(startMicros + carry, nanos - carry * 1000)}"`;
}

/** Exact without BigInt: microseconds and three more digits. Instants that OTLP cannot hold become 0. */
function unixNano(micros: number, nanos: number): string {
  if (!(micros >= 0 && micros <= Number.MAX_SAFE_INTEGER)) return '0';
  return micros === 0 ? String(nanos) : String(micros) + String(nanos).padStart(3, '0');
}

function eventJson(event: SpanEvent): string {
  return (
    `{"timeUnixNano":"${unixNano(event.timeMicros, event.timeNanos)}","name":${quote(event.name)}` +
    `${list('attributes', event.attributes)}${count('droppedAttributesCount', event.droppedAttributesCount)}}`
  );
}

function linkJson(link: SpanLink): string {
  return (
    `{"traceId":"${traceIdHex(link)}","spanId":"${spanIdHex(link)}"${text('traceState', link.traceState)}` +
    list('attributes', link.attributes) +
    `${count('droppedAttributesCount', link.droppedAttributesCount)}${count('flags', link.flags)}}`
  );
}

function statusJson(span: SpanRecord): string {
  if (span.status === 0 && span.statusMessage === '') return '';
  return `,"status":{"code":${span.status}${text('message', span.statusMessage)}}`;
}

function text(name: string, value: string): string {
  return value === '' ? '' : `,"${name}":${quote(value)}`;
}

function count(name: string, value: number): string {
  return value === 0 ? '' : `,"${name}":${value >>> 0}`;
}

function list(name: string, attributes: SpanRecord['attributes']): string {
  return attributes.length === 0 ? '' : `,"${name}":${attributesJson(attributes)}`;
}
