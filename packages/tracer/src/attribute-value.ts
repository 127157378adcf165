import type { AttributeMap, AttributeValue } from '@spanwise/wire';

const maxDepth = 4;
const maxMembers = 64;

/**
 * A tag's value as a record can hold it: strings cut at `maxLength`, objects and arrays copied (the application may
 * change its own later), bounded in depth and members, everything else as text. `undefined` stays: no value.
 */
export function toAttributeValue(value: unknown, maxLength: number): AttributeValue | undefined {
  if (typeof value === 'string') return value.length <= maxLength ? value : cut(value, maxLength);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (value === undefined || value === null) return value;
  if (typeof value === 'object') return guarded(value, maxLength);
  return cut(typeof value === 'function' ? `function ${value.name}`.trimEnd() : textOf(value), maxLength);
}

/** A value as text, for callers without types; never throws. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return String(value);
  } catch {
    return '[unreadable]';
  }
}

/** The first `maxLength` UTF-16 units, without half a surrogate pair at the end. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? maxLength - 1 : maxLength);
}

/** Objects run the application's code (getters, `toJSON`, proxies), which may throw. */
function guarded(value: object, maxLength: number): AttributeValue {
  try {
    return fromObject(value, maxLength, maxDepth);
  } catch {
    return '[unreadable]';
  }
}

function fromObject(value: object, maxLength: number, depth: number): AttributeValue {
  if (value instanceof Uint8Array) return value.slice(0, maxLength);
  if (value instanceof Error) return cut(String(value), maxLength);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  const primitive: unknown = typeof value.valueOf === 'function' ? value.valueOf() : value;
  if (typeof primitive !== 'object') return member(primitive, maxLength, depth);
  if (depth === 0) return Array.isArray(value) ? '[array]' : '[object]';
  if (Array.isArray(value))
    return value.slice(0, maxMembers).map((part: unknown) => member(part, maxLength, depth - 1));
  if (value instanceof Map) return fromEntries([...value], maxLength, depth);
  if (value instanceof Set) return fromObject([...value], maxLength, depth);
  return fromEntries(Object.entries(value), maxLength, depth);
}

function fromEntries(
  entries: readonly (readonly [unknown, unknown])[],
  maxLength: number,
  depth: number,
): AttributeMap {
  const pairs = entries
    .slice(0, maxMembers)
    .map(([key, part]) => [cut(String(key), maxLength), member(part, maxLength, depth - 1)]);
  // Not assignment: a key may be "__proto__".
  return Object.fromEntries(pairs) as AttributeMap;
}

function member(value: unknown, maxLength: number, depth: number): AttributeValue {
  if (typeof value === 'object' && value !== null) return fromObject(value, maxLength, depth);
  return toAttributeValue(value, maxLength) ?? null;
}
