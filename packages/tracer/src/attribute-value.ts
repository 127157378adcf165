import type { AttributeMap, AttributeValue } from '@spanwise/wire';

import { isError } from './internal/is-error.ts';
import type { ValueLimit } from './internal/value-limit.ts';

const maxDepth = 4;
/** Of one value, at all depths together: a bound for each level alone would multiply. */
const maxMembers = 256;

/**
 * A tag's value as a record can hold it: strings cut at the limit, objects and arrays copied (the application may
 * change its own later) as far as four levels and their first 256 members, everything else as text. An object that says what it
 * is for JSON (`toJSON`) is that; one that shows no members and has a text of its own (a `RegExp`, `URLSearchParams`, a class with
 * private fields and `toString`) is that text. `undefined` stays: no value.
 */
export function toAttributeValue(value: unknown, limit: ValueLimit): AttributeValue | undefined {
  if (typeof value === 'string') return value.length <= limit.maxLength ? value : cut(value, limit);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (value === undefined || value === null) return value;
  if (typeof value === 'object') return guarded(value, limit);
  return cut(typeof value === 'function' ? functionText(value) : textOf(value), limit);
}

/** A class may have a `name` of its own, of any kind, and a proxy may be revoked. */
function functionText(value: { readonly name: unknown }): string {
  try {
    return `function ${String(value.name)}`.trimEnd();
  } catch {
    return '[unreadable]';
  }
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

/** The first UTF-16 units, as far as the limit goes, without half a surrogate pair at the end. */
export function cut(text: string, limit: ValueLimit): string {
  const { maxLength } = limit;
  if (text.length <= maxLength) return text;
  limit.cuts += 1;
  const last = text.charCodeAt(maxLength - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? maxLength - 1 : maxLength);
}

/** Objects run the application's code (getters, `toJSON`, proxies), which may throw. */
function guarded(value: object, limit: ValueLimit): AttributeValue {
  try {
    return new ObjectCopy(limit).of(value, maxDepth);
  } catch {
    return '[unreadable]';
  }
}

/** The copy of one value. Reads members one by one, and none beyond the limit. */
class ObjectCopy {
  readonly #limit: ValueLimit;
  #membersLeft: number = maxMembers;
  #isWhole = true;

  constructor(limit: ValueLimit) {
    this.#limit = limit;
  }

  of(value: object, depth: number): AttributeValue {
    const known = this.#known(value);
    if (known !== undefined) return known;
    const json = jsonOf(value);
    if (typeof json !== 'object' || json === null) return this.#member(json, depth);
    return (json === value ? undefined : this.#known(json)) ?? this.#copy(json, depth);
  }

  /** What has a form of its own, whatever it says for JSON; undefined for all else. */
  #known(value: object): AttributeValue | undefined {
    // Not `slice`, which of a Buffer is no copy.
    if (value instanceof Uint8Array) return this.#bytes(value);
    if (value instanceof ArrayBuffer) return this.#bytes(new Uint8Array(value));
    if (isError(value)) return cut(String(value), this.#limit);
    if (isDate(value)) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    return undefined;
  }

  #copy(value: object, depth: number): AttributeValue {
    const primitive: unknown = typeof value.valueOf === 'function' ? value.valueOf() : value;
    if (typeof primitive !== 'object') return this.#member(primitive, depth);
    const text = ownText(value);
    if (text !== undefined) return cut(text, this.#limit);
    if (depth === 0) {
      this.#limit.cuts += 1;
      return Array.isArray(value) ? '[array]' : '[object]';
    }
    if (isMap(value)) return this.#map(value, depth - 1);
    if (isList(value)) return this.#list(value, depth - 1);
    return this.#map(ownEntries(value), depth - 1);
  }

  #list(parts: Iterable<unknown>, depth: number): AttributeValue[] {
    const list: AttributeValue[] = [];
    for (const part of parts) {
      if (!this.#takeMember()) break;
      list.push(this.#member(part, depth));
    }
    return list;
  }

  #map(entries: Iterable<readonly [unknown, unknown]>, depth: number): AttributeMap {
    const pairs: [string, AttributeValue][] = [];
    for (const [key, part] of entries) {
      if (!this.#takeMember()) break;
      pairs.push([cut(String(key), this.#limit), this.#member(part, depth)]);
    }
    // Not assignment: a key may be "__proto__".
    return Object.fromEntries(pairs);
  }

  #bytes(value: Uint8Array): Uint8Array {
    if (value.byteLength > this.#limit.maxLength) this.#limit.cuts += 1;
    return new Uint8Array(value.subarray(0, this.#limit.maxLength));
  }

  #takeMember(): boolean {
    if (this.#membersLeft > 0) {
      this.#membersLeft -= 1;
      return true;
    }
    if (this.#isWhole) this.#limit.cuts += 1;
    this.#isWhole = false;
    return false;
  }

  #member(value: unknown, depth: number): AttributeValue {
    if (typeof value === 'object' && value !== null) return this.of(value, depth);
    return toAttributeValue(value, this.#limit) ?? null;
  }
}

/** What the value says for JSON, or the value where it has no say, or fails. */
function jsonOf(value: object): unknown {
  // A view's, if it has one, is a list of its bytes (Buffer, of another realm).
  if (ArrayBuffer.isView(value)) return value;
  try {
    const { toJSON } = value as { toJSON?: unknown };
    return typeof toJSON === 'function' ? Reflect.apply(toJSON, value, ['']) : value;
  } catch {
    return value;
  }
}

/** What an object that shows no members says that it is; undefined for `[object Object]` and its like. */
function ownText(value: object): string | undefined {
  if (isList(value) || typeof value.toString !== 'function') return undefined;
  for (const key in value) if (Object.hasOwn(value, key)) return undefined;
  const text = textOf(value);
  return text.startsWith('[object ') ? undefined : text;
}

/** These are of any realm, and anybody may be called as they are: what is needed of them must be there, too. */
function isDate(value: object): value is Date {
  if (value instanceof Date) return true;
  return isTagged(value, 'Date') && typeof (value as Partial<Date>).toISOString === 'function';
}

/** `Headers` show no members, and have no text. */
function isMap(value: object): value is Map<unknown, unknown> | Headers {
  return value instanceof Map || isIterable(value, 'Map') || isIterable(value, 'Headers');
}

function isList(value: object): value is Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set || isIterable(value, 'Set')) return true;
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isIterable(value: object, tag: string): boolean {
  return isTagged(value, tag) && Symbol.iterator in value;
}

function isTagged(value: object, tag: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${tag}]`;
}

/** As `Object.entries`, but no getter is called before its turn. */
function* ownEntries(value: object): Generator<readonly [string, unknown]> {
  for (const key in value) {
    if (Object.hasOwn(value, key)) yield [key, (value as Readonly<Record<string, unknown>>)[key]];
  }
}
