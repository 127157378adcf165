import type { AttributeValue } from '../span-record.ts';

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

/** See `JsonValue`. */
export function toJsonValue(_value: AttributeValue): JsonValue {
  throw new Error('not written yet');
}

/**
 * The way back from `toJsonValue`.
 *
 * @throws {TypeError} for what `toJsonValue` never gives.
 */
export function fromJsonValue(_value: JsonValue): AttributeValue {
  throw new Error('not written yet');
}
