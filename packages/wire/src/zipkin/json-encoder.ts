import type { SpanEncoder } from '../encoder.ts';
import { parentIdHex, spanIdHex, traceIdHex } from '../ids.ts';
import { ByteWriter } from '../internal/byte-writer.ts';
import { hexOfTwoWords } from '../internal/hex-of-words.ts';
import { quote } from '../internal/json-text.ts';
import { QuotedKeys } from '../internal/quoted-keys.ts';
import type { Attributes, Endpoint, Resource, SpanEvent, SpanRecord } from '../span-record.ts';
import { annotationText } from './annotation-text.ts';
import { kindNames } from './tag-names.ts';
import { tagsOf } from './tags.ts';

/** What a `ZipkinJsonEncoder` sends beyond or other than what Zipkin's own clients do. */
export interface ZipkinJsonOptions {
  /** Also send the resource's attributes, as tags of every span. Default false: Zipkin has no place for them. */
  readonly resourceAttributes?: boolean | undefined;
  /** Lower-case span and service names, as Zipkin's own clients do. Default true. */
  readonly lowerCaseNames?: boolean | undefined;
}

/**
 * Makes bodies for Zipkin's `POST /api/v2/spans`, a JSON list. Prefer OTLP where the receiver takes it: Zipkin's tags
 * are strings, and it has no place for links, resources and nanoseconds. What it lacks travels in tags.
 *
 * Sources: zipkin2's `SpanBytesEncoder.JSON_V2` and `Span`, OpenTelemetry's mapping to Zipkin, brave-opentracing.
 */
export class ZipkinJsonEncoder implements SpanEncoder {
  readonly contentType: string = 'application/json';
  readonly #resourceAttributes: boolean;
  readonly #lowerCaseNames: boolean;
  readonly #keys: QuotedKeys = new QuotedKeys();
  #writer = new ByteWriter();
  #spanCount = 0;
  /** Most spans of a batch have one resource, whose service takes 300 ns to write. */
  #resource: Resource | undefined;
  #resourceEndpoint = '';

  constructor(options: ZipkinJsonOptions = {}) {
    this.#resourceAttributes = options.resourceAttributes ?? false;
    this.#lowerCaseNames = options.lowerCaseNames ?? true;
  }

  get spanCount(): number {
    return this.#spanCount;
  }

  get byteLength(): number {
    return this.#writer.position;
  }

  add(span: SpanRecord): void {
    this.#writer.utf8((this.#spanCount === 0 ? '[' : ',') + this.#span(span));
    this.#spanCount++;
  }

  take(): Uint8Array {
    this.#writer.utf8(this.#spanCount === 0 ? '[]' : ']');
    this.#spanCount = 0;
    return this.#writer.take();
  }

  /** Members in zipkin2's order; empty ones are left out, as there. */
  #span(span: SpanRecord): string {
    const parentId = parentIdHex(span);
    const kind = kindNames[span.kind];
    const name = span.name === '' ? '' : `,"name":${this.#name(span.name)}`;
    const tags = tagsOf(span, this.#resourceAttributes ? span.resource.attributes : undefined);
    return (
      `{"traceId":"${zipkinTraceId(span)}"` +
      (parentId === '' ? '' : `,"parentId":"${parentId}"`) +
      `,"id":"${spanIdHex(span)}"` +
      (kind === undefined ? '' : `,"kind":"${kind}"`) +
      name +
      timesJson(span) +
      this.#localEndpoint(span) +
      (span.remoteEndpoint === undefined ? '' : this.#endpoint('remoteEndpoint', span.remoteEndpoint)) +
      annotationsJson(span) +
      (tags.length === 0 ? '' : `,"tags":${this.#tags(tags)}`) +
      (span.debug ? ',"debug":true' : '') +
      (span.shared ? ',"shared":true' : '') +
      '}'
    );
  }

  /** The record keeps the service on the resource; an endpoint that names one itself goes before. */
  #localEndpoint({ localEndpoint, resource }: SpanRecord): string {
    const { serviceName } = resource;
    if (localEndpoint !== undefined)
      return this.#endpoint('localEndpoint', {
        ...localEndpoint,
        serviceName: localEndpoint.serviceName ?? serviceName,
      });
    if (resource !== this.#resource) {
      this.#resourceEndpoint = this.#endpoint('localEndpoint', { serviceName });
      this.#resource = resource;
    }
    return this.#resourceEndpoint;
  }

  #tags(tags: Attributes): string {
    let json = '';
    for (let index = 0; index < tags.length; index += 2) {
      json += `${index === 0 ? '{' : ','}${this.#keys.of(tags[index] as string)}:${quote(tags[index + 1] as string)}`;
    }
    return `${json}}`;
  }

  #name(name: string): string {
    return quote(this.#lowerCaseNames ? name.toLowerCase() : name);
  }

  #endpoint(member: string, endpoint: Endpoint): string {
    const { serviceName, ipv4, ipv6, port } = endpoint;
    const fields =
      (serviceName ? `,"serviceName":${this.#name(serviceName)}` : '') +
      (ipv4 ? `,"ipv4":${quote(ipv4)}` : '') +
      (ipv6 ? `,"ipv6":${quote(ipv6)}` : '') +
      (port ? `,"port":${port}` : '');
    return fields === '' ? '' : `,"${member}":{${fields.slice(1)}}`;
  }
}

/** 16 digits when the high half is zero, as Zipkin writes 64-bit ids. */
function zipkinTraceId(ids: Pick<SpanRecord, 'traceId0' | 'traceId1' | 'traceId2' | 'traceId3'>): string {
  return (ids.traceId0 | ids.traceId1) === 0 ? hexOfTwoWords(ids.traceId2, ids.traceId3) : traceIdHex(ids);
}

/** Microseconds. A duration is at least 1: Zipkin takes 0 for unknown. What it could not read as an integer is left out. */
function timesJson(span: SpanRecord): string {
  const { startMicros, durationNanos } = span;
  const timestamp = isInstant(startMicros) ? `,"timestamp":${startMicros}` : '';
  if (durationNanos === undefined) return timestamp;
  const micros = Math.max(1, Math.round(durationNanos / 1000));
  return Number.isSafeInteger(micros) ? `${timestamp},"duration":${micros}` : timestamp;
}

/** Zipkin refuses a whole body for an annotation without time, so the span's start stands in. */
function annotationsJson(span: SpanRecord): string {
  if (span.events.length === 0) return '';
  const items = span.events.map((event) => annotationJson(event, span.startMicros));
  return `,"annotations":[${items.join(',')}]`;
}

function annotationJson(event: SpanEvent, startMicros: number): string {
  const micros = isInstant(event.timeMicros) ? event.timeMicros : isInstant(startMicros) ? startMicros : 1;
  return `{"timestamp":${micros},"value":${quote(annotationText(event))}}`;
}

/** Zipkin refuses a whole body for a time that is no integer, or one beyond 64 bits. */
function isInstant(micros: number): boolean {
  return micros > 0 && Number.isSafeInteger(micros);
}
