import type { Attributes, AttributeValue, SpanRecord } from '@spanwise/wire';

/**
 * Roughly how long a span's text is, in UTF-16 units: cheap, and right to within a factor of about four. It tells the
 * rare huge span from the others before it is encoded, because an encoder cannot take a span out again.
 */
export function sizeHint(record: SpanRecord): number {
  let size = record.name.length + record.statusMessage.length + record.traceState.length;
  size += attributesHint(record.attributes);
  for (const event of record.events) size += event.name.length + attributesHint(event.attributes);
  for (const link of record.links) size += link.traceState.length + attributesHint(link.attributes);
  return size;
}

function attributesHint(attributes: Attributes): number {
  let size = 0;
  for (let index = 0; index < attributes.length; index++) {
    const value = attributes[index]!;
    size += typeof value === 'string' ? value.length : typeof value === 'object' ? nestedHint(value) : 8;
  }
  return size;
}

function nestedHint(value: AttributeValue): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (value instanceof Uint8Array) return value.length;
  let size = 0;
  for (const [key, member] of Object.entries(value)) size += key.length + nestedHint(member);
  return size;
}
