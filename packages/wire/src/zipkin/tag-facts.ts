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
import type { AttributeValue, SpanLink, SpanRecord } from '../span-record.ts';
import { noAttributes, SpanStatus } from '../span-record.ts';
import { linkTagPrefix } from './tag-names.ts';

/** What `takeTags` found. */
export type TagFacts = Pick<
  SpanRecord,
  | 'status'
  | 'statusMessage'
  | 'traceState'
  | 'unfinished'
  | 'droppedAttributesCount'
  | 'droppedEventsCount'
  | 'droppedLinksCount'
  | 'links'
  | 'attributes'
> & { readonly scopeName: string; readonly scopeVersion: string };

/**
 * The way back from `tagsOf`. Tags that it does not write stay attributes: unknown ones, malformed ones, and those that
 * the `error` tag overrides. Of `error` only that it is there and its text matter; an empty one becomes `true`.
 */
export function takeTags(tags: readonly (readonly [key: string, text: string])[]): TagFacts {
  const attributes: AttributeValue[] = [];
  const links: SpanLink[] = [];
  const found: Record<string, string> = {};
  const error = tags.find(([key]) => key === errorTag)?.[1];
  for (const [key, text] of tags) {
    const link = key === `${linkTagPrefix}${links.length}` ? linkOf(text) : undefined;
    if (link !== undefined) links.push(link);
    else if (isOwnTag(key, text, error !== undefined)) found[key] = text;
    else attributes.push(key, text);
  }
  const failed = error !== undefined || tags.some(([key, text]) => key === statusCodeTag && text === 'ERROR');
  return {
    attributes: attributes.length === 0 ? noAttributes : attributes,
    links,
    status: failed ? SpanStatus.error : found[statusCodeTag] === 'OK' ? SpanStatus.ok : SpanStatus.unset,
    statusMessage: error === undefined ? (found[statusDescriptionTag] ?? '') : error === 'true' ? '' : error,
    traceState: found[traceStateTag] ?? '',
    unfinished: found[unfinishedTag] !== undefined,
    droppedAttributesCount: Number(found[droppedAttributesTag] ?? 0),
    droppedEventsCount: Number(found[droppedEventsTag] ?? 0),
    droppedLinksCount: Number(found[droppedLinksTag] ?? 0),
    scopeName: found[scopeNameTag] ?? '',
    scopeVersion: found[scopeVersionTag] ?? '',
  };
}

function isOwnTag(key: string, text: string, hasError: boolean): boolean {
  switch (key) {
    case errorTag:
      return true;
    case scopeNameTag:
    case scopeVersionTag:
    case traceStateTag:
      return text !== '';
    case statusDescriptionTag:
      return text !== '' && !hasError;
    case statusCodeTag:
      return text === 'OK' && !hasError;
    case unfinishedTag:
      return text === 'true';
    case droppedAttributesTag:
    case droppedEventsTag:
    case droppedLinksTag:
      return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= 0xffff_ffff;
    default:
      return false;
  }
}

function linkOf(text: string): SpanLink | undefined {
  const match = /^(?<trace>(?:[0-9a-f]{16}){1,2})-(?<span>[0-9a-f]{16})$/.exec(text);
  if (match === null) return undefined;
  const [traceId, spanId] = [match.groups!['trace']!.padStart(32, '0'), match.groups!['span']!];
  return {
    traceId0: word(traceId, 0),
    traceId1: word(traceId, 8),
    traceId2: word(traceId, 16),
    traceId3: word(traceId, 24),
    spanId0: word(spanId, 0),
    spanId1: word(spanId, 8),
    traceState: '',
    flags: 0,
    attributes: noAttributes,
    droppedAttributesCount: 0,
  };
}

function word(hex: string, offset: number): number {
  return Number.parseInt(hex.slice(offset, offset + 8), 16) | 0;
}
