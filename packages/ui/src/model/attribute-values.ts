import type { Attributes, AttributeValue } from '@spanwise/wire/span-record';

/** A tag's value as one line of text. Text stands as it is; lists and maps are JSON; bytes are hex. */
export function formatValue(value: AttributeValue): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return hex(value);
  if (value !== null && typeof value === 'object') return JSON.stringify(value, replace);
  return String(value);
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Uint8Array ? hex(value) : value;
}

function hex(bytes: Uint8Array): string {
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** JSON text that holds an object or a list, indented; `undefined` for anything else. */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return undefined;
  }
}

/** Keys and values in turn. Even positions of `Attributes` are always strings; anything else is skipped. */
export function* tagsOf(attributes: Attributes): Generator<readonly [key: string, value: AttributeValue]> {
  for (let at = 0; at + 1 < attributes.length; at += 2) {
    const key = attributes[at];
    if (typeof key === 'string') yield [key, attributes[at + 1]!];
  }
}
