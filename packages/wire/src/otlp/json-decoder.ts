import type { DecodedSpans } from '../decoded-spans.ts';
import { maxReasons } from '../decoded-spans.ts';
import { parseSpanId, parseTraceId } from '../ids.ts';
import type { JsonObject } from '../internal/json-input.ts';
import { isObject, parseJson, shown } from '../internal/json-input.ts';
import type { InstrumentationScope, Resource, SpanEvent, SpanKind, SpanLink, SpanStatus } from '../span-record.ts';
import { WireFormatError } from '../wire-format-error.ts';
import {
  eachObject,
  enumField,
  field,
  instantField,
  objectField,
  textField,
  uint32Field,
  wrong,
} from './json-input.ts';
import { attributesOf } from './json-value-input.ts';
import { takeOwnAttributes } from './own-attributes.ts';
import type { Draft } from './resource.ts';
import { draftResource, draftScope, fillResource, listOf } from './resource.ts';

const kindNames = {
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};
const statusNames = { STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };

/**
 * Reads an OTLP `ExportTraceServiceRequest` in JSON: ids as hex, 64-bit integers as strings or numbers, enums as
 * numbers or names, keys in lowerCamelCase or the proto's snake_case, unknown fields ignored. Links, kinds and status
 * codes are treated as `decodeOtlpProtobuf` does.
 *
 * @throws {WireFormatError} when the bytes are no JSON, a field has another type than OTLP's, or ids are base64 (as
 *   generic protobuf-to-JSON converters write them; OTLP wants hex).
 */
export function decodeOtlpJson(bytes: Uint8Array): DecodedSpans {
  const body = parseJson(bytes, 'an OTLP JSON body');
  if (!isObject(body)) {
    throw new WireFormatError(`not an OTLP JSON body: expected an object with resourceSpans, not ${shown(body)}`);
  }
  const found: DecodedSpansDraft = { spans: [], rejected: 0, reasons: [] };
  eachObject(body, 'resourceSpans', '', (group, path) => readResourceSpans(found, group, path));
  return found;
}

type DecodedSpansDraft = Draft<DecodedSpans>;

function readResourceSpans(found: DecodedSpansDraft, group: JsonObject, path: string): void {
  const resource = draftResource();
  const object = objectField(group, 'resource', path);
  if (object !== undefined) {
    fillResource(resource, attributesOf(object, 'attributes', `${path}.resource`));
    resource.droppedAttributesCount = uint32Field(object, 'droppedAttributesCount', `${path}.resource`);
  }
  resource.schemaUrl = textField(group, 'schemaUrl', path);
  eachObject(group, 'scopeSpans', path, (inner, innerPath) => {
    const scope = readScope(inner, innerPath);
    eachObject(inner, 'spans', innerPath, (span, spanPath) => readSpan(found, span, spanPath, resource, scope));
  });
}

function readScope(group: JsonObject, path: string): InstrumentationScope {
  const scope = draftScope();
  const object = objectField(group, 'scope', path);
  if (object !== undefined) {
    const scopePath = `${path}.scope`;
    scope.name = textField(object, 'name', scopePath);
    scope.version = textField(object, 'version', scopePath);
    scope.attributes = listOf(attributesOf(object, 'attributes', scopePath));
    scope.droppedAttributesCount = uint32Field(object, 'droppedAttributesCount', scopePath);
  }
  scope.schemaUrl = textField(group, 'schemaUrl', path);
  return scope;
}

/** Everything is read, and checked, before the span is judged by its ids and times. */
function readSpan(
  found: DecodedSpansDraft,
  span: JsonObject,
  path: string,
  resource: Resource,
  scope: InstrumentationScope,
): void {
  const traceId = idField(span, 'traceId', 32, path);
  const spanId = idField(span, 'spanId', 16, path);
  const parentId = idField(span, 'parentSpanId', 16, path);
  const start = instantField(span, 'startTimeUnixNano', path);
  const end = instantField(span, 'endTimeUnixNano', path);
  const events = readEvents(span, path);
  const links = readLinks(span, path);
  const status = objectField(span, 'status', path) ?? {};
  const own = takeOwnAttributes(listOf(attributesOf(span, 'attributes', path)));
  const name = textField(span, 'name', path);
  const kind = enumField(span, 'kind', path, kindNames, 5) as SpanKind;
  const droppedAttributesCount = uint32Field(span, 'droppedAttributesCount', path);
  const droppedEventsCount = uint32Field(span, 'droppedEventsCount', path);
  const droppedLinksCount = uint32Field(span, 'droppedLinksCount', path) + links.lost;
  const statusCode = enumField(status, 'code', `${path}.status`, statusNames, 2) as SpanStatus;
  const statusMessage = textField(status, 'message', `${path}.status`);
  const traceState = textField(span, 'traceState', path);
  const flags = uint32Field(span, 'flags', path);
  const reason =
    idReason('trace id', traceId, 32) ??
    idReason('span id', spanId, 16) ??
    (parentId === '' || isHex(parentId, 16) ? undefined : wrongId('parent span id', parentId, 16));
  if (reason !== undefined) return reject(found, path, reason);
  if (start === undefined || end === undefined || events === undefined) {
    return reject(found, path, 'a time is later than 2^53 microseconds after 1970');
  }
  const traceWords = parseTraceId(traceId) ?? noTraceId;
  const spanWords = parseSpanId(spanId) ?? noSpanId;
  const parentWords = parseSpanId(parentId) ?? noSpanId;
  // Written out: an object spread here makes V8 build each record as a hash table, twenty times as slow and large.
  found.spans.push({
    traceId0: traceWords[0],
    traceId1: traceWords[1],
    traceId2: traceWords[2],
    traceId3: traceWords[3],
    spanId0: spanWords[0],
    spanId1: spanWords[1],
    parentId0: parentWords[0],
    parentId1: parentWords[1],
    name,
    kind,
    startMicros: start[0],
    startNanos: start[1],
    durationNanos: end[0] === 0 && end[1] === 0 ? undefined : (end[0] - start[0]) * 1000 + (end[1] - start[1]),
    attributes: own.attributes,
    droppedAttributesCount,
    events,
    droppedEventsCount,
    links: links.kept,
    droppedLinksCount,
    status: statusCode,
    statusMessage,
    traceState,
    flags,
    debug: own.debug,
    shared: own.shared,
    unfinished: own.unfinished,
    resource,
    scope,
    localEndpoint: own.localEndpoint,
    remoteEndpoint: own.remoteEndpoint,
  });
}

const noTraceId = [0, 0, 0, 0] as const;
const noSpanId = [0, 0] as const;

/** Undefined when one of the times does not fit. */
function readEvents(span: JsonObject, path: string): SpanEvent[] | undefined {
  const events: SpanEvent[] = [];
  let timesFit = true;
  eachObject(span, 'events', path, (event, eventPath) => {
    const time = instantField(event, 'timeUnixNano', eventPath);
    timesFit &&= time !== undefined;
    events.push({
      timeMicros: time?.[0] ?? 0,
      timeNanos: time?.[1] ?? 0,
      name: textField(event, 'name', eventPath),
      attributes: listOf(attributesOf(event, 'attributes', eventPath)),
      droppedAttributesCount: uint32Field(event, 'droppedAttributesCount', eventPath),
    });
  });
  return timesFit ? events : undefined;
}

function readLinks(span: JsonObject, path: string): { kept: SpanLink[]; lost: number } {
  const kept: SpanLink[] = [];
  let lost = 0;
  eachObject(span, 'links', path, (link, linkPath) => {
    const traceId = idField(link, 'traceId', 32, linkPath);
    const spanId = idField(link, 'spanId', 16, linkPath);
    const traceState = textField(link, 'traceState', linkPath);
    const flags = uint32Field(link, 'flags', linkPath);
    const attributes = listOf(attributesOf(link, 'attributes', linkPath));
    const droppedAttributesCount = uint32Field(link, 'droppedAttributesCount', linkPath);
    if ((traceId !== '' && !isHex(traceId, 32)) || (spanId !== '' && !isHex(spanId, 16))) {
      lost++;
      return;
    }
    const [traceId0, traceId1, traceId2, traceId3] = parseTraceId(traceId) ?? noTraceId;
    const [spanId0, spanId1] = parseSpanId(spanId) ?? noSpanId;
    kept.push({
      traceId0,
      traceId1,
      traceId2,
      traceId3,
      spanId0,
      spanId1,
      traceState,
      flags,
      attributes,
      droppedAttributesCount,
    });
  });
  return { kept, lost };
}

/** Hex is judged later; base64 means that every id of the sender is wrong, so it is the body that is refused. */
function idField(object: JsonObject, name: string, digits: number, path: string): string {
  const value = field(object, name);
  if (value === undefined) return '';
  if (typeof value !== 'string') return wrong(`${path}.${name}`, `${digits} hex digits`, value);
  const isBase64 = digits === 32 ? /^[\w+/-]{22}==$/.test(value) : /^[\w+/-]{11}=$/.test(value);
  return isBase64
    ? wrong(`${path}.${name}`, `${digits} hex digits (OTLP's JSON has ids in hex, never base64)`, value)
    : value;
}

function idReason(what: string, id: string, digits: number): string | undefined {
  if (id === '') return `it has no ${what}`;
  if (!isHex(id, digits)) return wrongId(what, id, digits);
  return /^0+$/.test(id) ? `its ${what} is zero` : undefined;
}

function isHex(id: string, digits: number): boolean {
  return id.length === digits && /^[0-9a-f]+$/i.test(id);
}

function wrongId(what: string, id: string, digits: number): string {
  return `its ${what} ${shown(id)} is not ${digits} hex digits`;
}

function reject(found: DecodedSpansDraft, path: string, reason: string): void {
  found.rejected++;
  if (found.reasons.length < maxReasons) found.reasons.push(`${path.replace(/^\./, '')}: ${reason}`);
}
