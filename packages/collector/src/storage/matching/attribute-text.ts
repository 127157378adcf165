import type { AttributeValue } from '@spanwise/wire/span-record';

/**
 * A value as people write it in a search: text as it is, numbers and booleans as JavaScript writes them, bytes as
 * base64, lists and maps as JSON without spaces. `undefined` for OTLP's empty value, which equals no text.
 */
export function attributeText(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null) return undefined;
  return typeof value === 'object' ? nestedText(value) : String(value);
}

function nestedText(value: AttributeValue & object): string {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  return JSON.stringify(value, (_, part: unknown) => jsonPart(part));
}

function jsonPart(part: unknown): unknown {
  if (typeof part === 'bigint') return String(part);
  return part instanceof Uint8Array ? attributeText(part) : part;
}
