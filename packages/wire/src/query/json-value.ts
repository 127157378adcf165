import { fromBase64, toBase64 } from '../internal/base64.ts';
import { mapOf } from '../internal/map-of.ts';
import type { AttributeMap, AttributeValue } from '../span-record.ts';

/**
 * A value in a form that JSON holds without loss. Strings, booleans, null, finite numbers and lists are themselves;
 * the rest is an object with one key that names the type:
 *
 * | value | form |
 * |---|---|
 * | bigint | `{ "int": "9007199254740993" }` |
 * | NaN, ±Infinity, -0 | `{ "double": "NaN" }`, `"Infinity"`, `"-Infinity"`, `"-0"` |
 * | bytes | `{ "bytes": "…base64…" }` |
 * | map | `{ "map": { … } }` |
 */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly int: string }
  | { readonly double: string }
  | { readonly bytes: string }
  | { readonly map: { readonly [key: string]: JsonValue } };

/** See `JsonValue`. Nesting is that of the value, which decoders bound; a value that contains itself is an error. */
export function toJsonValue(value: AttributeValue): JsonValue {
  if (typeof value === 'number') return numberJson(value);
  if (typeof value === 'bigint') return { int: value.toString() };
  return typeof value === 'object' && value !== null ? objectJson(value) : value;
}

/** `toJsonValue` of each. The list itself when all are their own form, as they mostly are: do not change it. */
export function toJsonValues(values: readonly AttributeValue[]): readonly JsonValue[] {
  return values.every(isJsonItself) ? (values as readonly JsonValue[]) : values.map(toJsonValue);
}

/** `fromJsonValue` of each; the list itself when all are their own form. */
export function fromJsonValues(values: readonly JsonValue[]): readonly AttributeValue[] {
  return values.every(isJsonItself) ? values : values.map(fromJsonValue);
}

function isJsonItself(value: AttributeValue | JsonValue): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === 'string' || typeof value === 'boolean' || value === null;
}

function numberJson(value: number): JsonValue {
  if (Object.is(value, -0)) return { double: '-0' };
  return Number.isFinite(value) ? value : { double: String(value) };
}

function objectJson(value: readonly AttributeValue[] | AttributeMap | Uint8Array): JsonValue {
  if (value instanceof Uint8Array) return { bytes: toBase64(value) };
  if (Array.isArray(value)) return (value as readonly AttributeValue[]).map(toJsonValue);
  const pairs: AttributeValue[] = [];
  for (const [key, item] of Object.entries(value)) pairs.push(key, toJsonValue(item));
  return { map: mapOf(pairs) as { readonly [key: string]: JsonValue } };
}

/**
 * The way back from `toJsonValue`.
 *
 * @throws {TypeError} for what `toJsonValue` never gives.
 */
export function fromJsonValue(value: JsonValue): AttributeValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(fromJsonValue);
  const form = value as { int?: unknown; double?: unknown; bytes?: unknown; map?: unknown };
  if (typeof form.int === 'string' && /^-?\d+$/.test(form.int)) return BigInt(form.int);
  if (typeof form.double === 'string' && doubles.has(form.double)) return doubles.get(form.double)!;
  const bytes = typeof form.bytes === 'string' ? fromBase64(form.bytes) : undefined;
  if (bytes !== undefined) return bytes;
  if (typeof form.map === 'object' && form.map !== null)
    return mapFrom(form.map as Readonly<Record<string, JsonValue>>);
  throw new TypeError(`not the JSON form of a value: ${JSON.stringify(value).slice(0, 100)}`);
}

const doubles = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

function mapFrom(map: Readonly<Record<string, JsonValue>>): AttributeMap {
  const pairs: AttributeValue[] = [];
  for (const [key, item] of Object.entries(map)) pairs.push(key, fromJsonValue(item));
  return mapOf(pairs);
}
