import { attributeText } from '../attribute-text.ts';
import {
  droppedAttributesTag,
  droppedEventsTag,
  droppedLinksTag,
  errorTag,
  scopeNameTag,
  scopeVersionTag,
  statusCodeTag,
  statusDescriptionTag,
  traceStateTag,
  unfinishedTag,
} from '../foreign-tags.ts';
import { spanIdHex, traceIdHex } from '../ids.ts';
import { isPeerValue } from '../peer-endpoint.ts';
import type { AttributeValue, Attributes, SpanLink, SpanRecord } from '../span-record.ts';
import { attributeOf, SpanStatus } from '../span-record.ts';
import { linkTagPrefix } from './tag-names.ts';

/** The tags of a span, keys and texts in turn, each key once. What the record says itself wins over attributes. */
export function tagsOf(span: SpanRecord, resourceAttributes: Attributes | undefined): string[] {
  const own = ownTags(span);
  const tags: string[] = [];
  addAttributes(tags, span.attributes, own, span);
  if (resourceAttributes !== undefined) addAttributes(tags, resourceAttributes, [...own, ...tags], undefined);
  tags.push(...own);
  return tags;
}

function addAttributes(
  tags: string[],
  attributes: Attributes,
  taken: readonly string[],
  span: SpanRecord | undefined,
): void {
  const seen = attributes.length + taken.length > mostScanned ? keysOf(taken) : undefined;
  for (let index = 0; index < attributes.length; index += 2) {
    const key = attributes[index] as string;
    const value = attributes[index + 1]!;
    if (seen === undefined ? isTaken(taken, key) || isRepeated(attributes, index) : seen.has(key)) continue;
    seen?.add(key);
    if (span?.remoteEndpoint !== undefined && isPeerValue(key, value, span.remoteEndpoint)) continue;
    // Zipkin takes a span for failed when the tag is there at all.
    if (key === errorTag && (value === false || value === 'false')) continue;
    const text = attributeText(value);
    if (text !== undefined) tags.push(key, text);
  }
}

/** Elements of key and value lists up to which comparing all keys costs less than a set of them. */
const mostScanned = 32;

function keysOf(tags: readonly string[]): Set<string> {
  const keys = new Set<string>();
  for (let index = 0; index < tags.length; index += 2) keys.add(tags[index]!);
  return keys;
}

function isTaken(tags: readonly string[], key: string): boolean {
  for (let index = 0; index < tags.length; index += 2) if (tags[index] === key) return true;
  return false;
}

function isRepeated(attributes: Attributes, index: number): boolean {
  const key = attributes[index];
  for (let before = 0; before < index; before += 2) if (attributes[before] === key) return true;
  return false;
}

/** What the record holds and Zipkin has no field for. */
function ownTags(span: SpanRecord): string[] {
  const tags: string[] = [];
  if (span.status === SpanStatus.error) tags.push(errorTag, errorText(span));
  else if (span.status === SpanStatus.ok) tags.push(statusCodeTag, 'OK');
  if (span.status !== SpanStatus.error && span.statusMessage !== '') {
    tags.push(statusDescriptionTag, span.statusMessage);
  }
  if (span.scope.name !== '') tags.push(scopeNameTag, span.scope.name);
  if (span.scope.version !== '') tags.push(scopeVersionTag, span.scope.version);
  if (span.droppedAttributesCount !== 0) tags.push(droppedAttributesTag, String(span.droppedAttributesCount));
  if (span.droppedEventsCount !== 0) tags.push(droppedEventsTag, String(span.droppedEventsCount));
  if (span.droppedLinksCount !== 0) tags.push(droppedLinksTag, String(span.droppedLinksCount));
  if (span.traceState !== '') tags.push(traceStateTag, span.traceState);
  if (span.unfinished) tags.push(unfinishedTag, 'true');
  if (span.links.length > 0) addLinks(tags, span);
  return tags;
}

/** The message of the status, else an `error` attribute, else the exception's message, else `true`. */
function errorText(span: SpanRecord): string {
  if (span.statusMessage !== '') return span.statusMessage;
  const attribute = textOf(attributeOf(span.attributes, errorTag));
  if (attribute !== undefined) return attribute;
  for (const event of span.events) {
    const message = event.name === 'exception' ? textOf(attributeOf(event.attributes, 'exception.message')) : undefined;
    if (message !== undefined) return message;
  }
  return 'true';
}

function textOf(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A link to the parent only says how it is one, which Zipkin cannot tell. */
function addLinks(tags: string[], span: SpanRecord): void {
  let count = 0;
  for (const link of span.links) {
    if (isParent(link, span)) continue;
    const traceId = traceIdHex(link);
    const short = (link.traceId0 | link.traceId1) === 0 ? traceId.slice(16) : traceId;
    tags.push(`${linkTagPrefix}${count++}`, `${short}-${spanIdHex(link)}`);
  }
}

function isParent(link: SpanLink, span: SpanRecord): boolean {
  return (
    link.spanId0 === span.parentId0 &&
    link.spanId1 === span.parentId1 &&
    link.traceId0 === span.traceId0 &&
    link.traceId1 === span.traceId1 &&
    link.traceId2 === span.traceId2 &&
    link.traceId3 === span.traceId3
  );
}
