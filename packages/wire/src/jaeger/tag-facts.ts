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
import type { AttributeValue, SpanRecord } from '../span-record.ts';
import { noAttributes, SpanKind, SpanStatus } from '../span-record.ts';

const kindTag = 'span.kind';
const sharedTag = 'zipkin.shared';

/** OpenTracing's and OpenTelemetry's names for kinds. */
const kinds: ReadonlyMap<AttributeValue, SpanKind> = new Map<AttributeValue, SpanKind>([
  ['internal', SpanKind.internal],
  ['server', SpanKind.server],
  ['client', SpanKind.client],
  ['producer', SpanKind.producer],
  ['consumer', SpanKind.consumer],
]);

/** What the tags of a Jaeger span say that records have fields for. */
export type TagFacts = Pick<
  SpanRecord,
  | 'kind'
  | 'status'
  | 'statusMessage'
  | 'traceState'
  | 'shared'
  | 'unfinished'
  | 'droppedAttributesCount'
  | 'droppedEventsCount'
  | 'droppedLinksCount'
  | 'attributes'
> & { readonly scopeName: string; readonly scopeVersion: string };

/**
 * Takes out of a span's tags what records have fields for; the rest stays attributes, with what is malformed. `error` is
 * OpenTracing's: true is a failure, false is nothing, and a text is a failure and its message.
 */
export function takeTags(tags: readonly AttributeValue[]): TagFacts {
  const attributes: AttributeValue[] = [];
  const found: Record<string, AttributeValue> = {};
  for (let index = 0; index < tags.length; index += 2) {
    const key = tags[index] as string;
    const value = tags[index + 1]!;
    if (isOwn(key, value)) found[key] = value;
    else attributes.push(key, value);
  }
  const error = found[errorTag];
  const isFailed = isFailure(error) || found[statusCodeTag] === 'ERROR';
  const description = (found[statusDescriptionTag] as string | undefined) ?? '';
  return {
    kind: kinds.get(found[kindTag] ?? null) ?? SpanKind.unspecified,
    status: isFailed ? SpanStatus.error : found[statusCodeTag] === 'OK' ? SpanStatus.ok : SpanStatus.unset,
    statusMessage:
      description === '' && isFailure(error) && typeof error === 'string' && error !== 'true' ? error : description,
    traceState: (found[traceStateTag] as string | undefined) ?? '',
    shared: found[sharedTag] !== undefined,
    unfinished: found[unfinishedTag] !== undefined,
    droppedAttributesCount: Number(found[droppedAttributesTag] ?? 0),
    droppedEventsCount: Number(found[droppedEventsTag] ?? 0),
    droppedLinksCount: Number(found[droppedLinksTag] ?? 0),
    scopeName: (found[scopeNameTag] as string | undefined) ?? '',
    scopeVersion: (found[scopeVersionTag] as string | undefined) ?? '',
    attributes: attributes.length === 0 ? noAttributes : attributes,
  };
}

function isFailure(error: AttributeValue | undefined): boolean {
  return error === true || (typeof error === 'string' && error !== 'false' && error !== '');
}

function isOwn(key: string, value: AttributeValue): boolean {
  switch (key) {
    case kindTag:
      return kinds.has(value);
    case errorTag:
      return typeof value === 'boolean' || typeof value === 'string';
    case statusCodeTag:
      return value === 'OK' || value === 'ERROR';
    case statusDescriptionTag:
    case scopeNameTag:
    case scopeVersionTag:
    case traceStateTag:
      return typeof value === 'string' && value !== '';
    case sharedTag:
    case unfinishedTag:
      return value === true || value === 'true';
    case droppedAttributesTag:
    case droppedEventsTag:
    case droppedLinksTag:
      return isCount(value);
    default:
      return false;
  }
}

/** A number of 32 bits, or its digits, as text was the only type for some. */
function isCount(value: AttributeValue): boolean {
  const count = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count > 0 && count <= 0xffff_ffff;
}
