import type { DecodedSpans } from '../decoded-spans.ts';
import { maxReasons } from '../decoded-spans.ts';
import type { TraceIdWords } from '../ids.ts';
import { parseSpanId, parseTraceId } from '../ids.ts';
import type { JsonObject } from '../internal/json-input.ts';
import { isObject, parseJson, shown } from '../internal/json-input.ts';
import { NamedScopes } from '../internal/named-scopes.ts';
import { maxNesting, nestsBeyond } from '../internal/nesting.ts';
import type { Resource, SpanEvent, SpanKind, SpanRecord } from '../span-record.ts';
import { emptyResource, noAttributes, SpanFlags } from '../span-record.ts';
import { WireFormatError } from '../wire-format-error.ts';
import { annotationEvent } from './annotation-text.ts';
import { endpointOf } from './endpoint-input.ts';
import { takeTags } from './tag-facts.ts';
import { kindNames } from './tag-names.ts';

/**
 * Reads a Zipkin v2 list of spans in JSON. An empty body and `[]` hold no spans. Names are kept as they came, a client
 * and a server half under one id are two records, and spans that are there twice are two.
 *
 * As in zipkin2: a timestamp or duration of 0 is unknown, a parent equal to the span itself is none, addresses that are
 * none are ignored. More lenient than zipkin2: ids in upper case, numbers and booleans as tags, an unknown kind (it
 * becomes the tag `span.kind`), annotations without time or text (left out and counted).
 *
 * @throws {WireFormatError} when the bytes are no JSON list, hold a v1 span, a field has another type than Zipkin's, or a
 *   tag nests lists and maps more than 64 levels deep.
 */
export function decodeZipkinJson(bytes: Uint8Array): DecodedSpans {
  const reader = new ListReader();
  if (bytes.length > 0) reader.list(parseJson(bytes, 'a Zipkin v2 JSON list'));
  return { spans: reader.spans, rejected: reader.rejected, reasons: reader.reasons };
}

class ListReader {
  readonly spans: SpanRecord[] = [];
  rejected = 0;
  readonly reasons: string[] = [];
  /** By service name, and by scope name and version: shared among the spans of a body. */
  readonly #resources = new Map<string, Resource>([['', emptyResource]]);
  readonly #scopes = new NamedScopes();

  list(body: unknown): void {
    if (!Array.isArray(body)) {
      throw new WireFormatError(`expected a JSON list of Zipkin v2 spans, got ${shown(body)}`);
    }
    for (const [index, span] of (body as unknown[]).entries()) {
      if (!isObject(span)) wrong(`[${index}]`, 'a span', span);
      this.#span(span, `[${index}]`);
    }
  }

  #span(span: JsonObject, path: string): void {
    refuseV1(span, path);
    const ids = idsOf(span, path);
    const start = timeOf(span['timestamp'], `${path}.timestamp`);
    const duration = timeOf(span['duration'], `${path}.duration`);
    const annotations = annotationsOf(span, path);
    const kind = kindOf(textOf(span, 'kind', path));
    const facts = takeTags([...kind.tags, ...tagEntries(span, path)]);
    const local = endpointOf(objectOf(span, 'localEndpoint', path));
    const remote = endpointOf(objectOf(span, 'remoteEndpoint', path));
    const name = textOf(span, 'name', path);
    const [debug, shared] = [flagOf(span, 'debug', path), flagOf(span, 'shared', path)];
    if (typeof ids === 'string') return this.#reject(path, ids);
    if (start === undefined || duration === undefined || annotations === undefined) {
      return this.#reject(path, 'a time is beyond 2^53 microseconds');
    }
    // Written out: an object spread here makes V8 build each record as a hash table, twenty times as slow and large.
    this.spans.push({
      traceId0: ids.traceId[0],
      traceId1: ids.traceId[1],
      traceId2: ids.traceId[2],
      traceId3: ids.traceId[3],
      spanId0: ids.spanId[0],
      spanId1: ids.spanId[1],
      parentId0: ids.parentId[0],
      parentId1: ids.parentId[1],
      name,
      kind: kind.kind,
      startMicros: start.micros,
      startNanos: start.nanos,
      durationNanos:
        duration.micros === 0 && duration.nanos === 0 ? undefined : duration.micros * 1000 + duration.nanos,
      attributes: facts.attributes,
      droppedAttributesCount: facts.droppedAttributesCount,
      events: annotations.events,
      droppedEventsCount: facts.droppedEventsCount + annotations.lost,
      links: facts.links,
      droppedLinksCount: facts.droppedLinksCount,
      status: facts.status,
      statusMessage: facts.statusMessage,
      traceState: facts.traceState,
      flags: SpanFlags.sampled,
      debug,
      shared,
      unfinished: facts.unfinished,
      resource: this.#resource(local.serviceName),
      scope: this.#scopes.get(facts.scopeName, facts.scopeVersion),
      localEndpoint: local.address,
      remoteEndpoint:
        remote.serviceName === '' ? remote.address : { serviceName: remote.serviceName, ...remote.address },
    });
  }

  #resource(serviceName: string): Resource {
    let resource = this.#resources.get(serviceName);
    if (resource === undefined) {
      resource = { ...emptyResource, serviceName };
      this.#resources.set(serviceName, resource);
    }
    return resource;
  }

  #reject(path: string, reason: string): void {
    this.rejected++;
    if (this.reasons.length < maxReasons) this.reasons.push(`span ${path}: ${reason}`);
  }
}

/** v1 has `binaryAnnotations`, and endpoints within annotations. Read as v2 it would lose nearly everything. */
function refuseV1(span: JsonObject, path: string): void {
  const { annotations } = span;
  const isV1 =
    span['binaryAnnotations'] !== undefined ||
    (Array.isArray(annotations) && annotations.some((item) => isObject(item) && item['endpoint'] !== undefined));
  if (isV1) {
    throw new WireFormatError(
      `expected a JSON list of Zipkin v2 spans, but ${path} is a v1 span; v1 is for /api/v1/spans`,
    );
  }
}

interface Ids {
  readonly traceId: TraceIdWords;
  readonly spanId: readonly [number, number];
  readonly parentId: readonly [number, number];
}

const noSpanId = [0, 0] as const;

/** The ids, or why there are none. */
function idsOf(span: JsonObject, path: string): Ids | string {
  const traceIdText = textOf(span, 'traceId', path);
  const idText = textOf(span, 'id', path);
  const parentText = textOf(span, 'parentId', path);
  const traceId = parseTraceId(traceIdText);
  const spanId = parseSpanId(idText);
  if (traceId === undefined) return idReason('trace id', traceIdText, 32);
  if (spanId === undefined) return idReason('id', idText, 16);
  const parentId = parseSpanId(parentText) ?? noSpanId;
  if (parentText !== '' && !/^[0-9a-f]{1,16}$/i.test(parentText)) return idReason('parent id', parentText, 16);
  const isOwnParent = parentId[0] === spanId[0] && parentId[1] === spanId[1];
  return { traceId, spanId, parentId: isOwnParent ? noSpanId : parentId };
}

function idReason(what: string, id: string, digits: number): string {
  if (id === '') return `it has no ${what}`;
  return /^0+$/.test(id) && id.length <= digits
    ? `its ${what} is zero`
    : `its ${what} ${shown(id)} is not 1 to ${digits} hex digits`;
}

/** An unknown kind stays visible as a tag, as OpenTracing's bridges do it. */
function kindOf(name: string): { kind: SpanKind; tags: [string, string][] } {
  if (name === '') return { kind: 0, tags: [] };
  const index = kindNames.indexOf(name.toUpperCase());
  return index < 0 ? { kind: 0, tags: [['span.kind', name]] } : { kind: index as SpanKind, tags: [] };
}

/** Microseconds, fractions allowed; undefined beyond 2^53. Absent and negative is 0. */
function timeOf(value: unknown, path: string): { micros: number; nanos: number } | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : (value ?? 0);
  if (typeof number !== 'number') wrong(path, 'microseconds as a number', value);
  if (number > Number.MAX_SAFE_INTEGER) return undefined;
  const micros = Math.max(0, Math.floor(number));
  return { micros, nanos: number > 0 ? Math.min(999, Math.round((number - micros) * 1000)) : 0 };
}

function annotationsOf(span: JsonObject, path: string): { events: SpanEvent[]; lost: number } | undefined {
  const events: SpanEvent[] = [];
  let lost = 0;
  let timesFit = true;
  for (const [index, item] of listOf(span, 'annotations', path).entries()) {
    const itemPath = `${path}.annotations[${index}]`;
    if (!isObject(item)) wrong(itemPath, 'an object', item);
    const time = timeOf(item['timestamp'], `${itemPath}.timestamp`);
    const value = textOf(item, 'value', itemPath);
    timesFit &&= time !== undefined;
    if (value === '' || time?.micros === 0) lost++;
    else events.push(eventOf(value, time ?? { micros: 0, nanos: 0 }));
  }
  return timesFit ? { events, lost } : undefined;
}

function eventOf(text: string, time: { micros: number; nanos: number }): SpanEvent {
  const { name, attributes } = annotationEvent(text);
  return {
    timeMicros: time.micros,
    timeNanos: time.nanos,
    name,
    attributes: attributes.length === 0 ? noAttributes : attributes,
    droppedAttributesCount: 0,
  };
}

function tagEntries(span: JsonObject, path: string): [string, string][] {
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(objectOf(span, 'tags', path))) {
    if (value === null) continue;
    entries.push([key, typeof value === 'string' ? value : tagJson(value, key, path)]);
  }
  return entries;
}

/** Zipkin's tags are texts; whatever else comes becomes one. */
function tagJson(value: unknown, key: string, path: string): string {
  if (nestsBeyond(value, maxNesting)) wrong(`${path}.tags.${key}`, `a value of at most ${maxNesting} levels`, value);
  return JSON.stringify(value);
}

function textOf(object: JsonObject, name: string, path: string): string {
  const value = object[name] ?? '';
  return typeof value === 'string' ? value : wrong(`${path}.${name}`, 'a string', value);
}

function flagOf(object: JsonObject, name: string, path: string): boolean {
  const value = object[name] ?? false;
  return typeof value === 'boolean' ? value : wrong(`${path}.${name}`, 'true or false', value);
}

function objectOf(object: JsonObject, name: string, path: string): JsonObject {
  const value = object[name] ?? {};
  return isObject(value) ? value : wrong(`${path}.${name}`, 'an object', value);
}

function listOf(object: JsonObject, name: string, path: string): readonly unknown[] {
  const value = object[name] ?? [];
  return Array.isArray(value) ? (value as unknown[]) : wrong(`${path}.${name}`, 'a list', value);
}

function wrong(path: string, wanted: string, value: unknown): never {
  throw new WireFormatError(`not a Zipkin v2 JSON list: ${path} must be ${wanted}, not ${shown(value)}`);
}
