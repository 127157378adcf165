import { fromBase64 } from '../internal/base64.ts';
import type { JsonObject } from '../internal/json-input.ts';
import { mapOf } from '../internal/map-of.ts';
import { maxNesting } from '../internal/nesting.ts';
import type { AttributeValue } from '../span-record.ts';
import { eachObject, field, objectField, textField, wrong } from './json-input.ts';

/** A `repeated KeyValue` as a flat list. */
export function attributesOf(object: JsonObject, name: string, path: string): AttributeValue[] {
  return pairsOf(object, name, path, 1);
}

function pairsOf(object: JsonObject, name: string, path: string, depth: number): AttributeValue[] {
  const pairs: AttributeValue[] = [];
  eachObject(object, name, path, (item, itemPath) => {
    const value = objectField(item, 'value', itemPath);
    pairs.push(
      textField(item, 'key', itemPath),
      value === undefined ? null : valueOf(value, `${itemPath}.value`, depth),
    );
  });
  return pairs;
}

function valueOf(any: JsonObject, path: string, depth: number): AttributeValue {
  if (depth > maxNesting) wrong(path, `a value of at most ${maxNesting} levels`, any);
  for (const [name, read] of readers) {
    if (field(any, name) !== undefined) return read(any, name, path, depth);
  }
  return null;
}

type ValueReader = (any: JsonObject, name: string, path: string, depth: number) => AttributeValue;

/** By the field's name, common ones first. */
const readers: readonly (readonly [string, ValueReader])[] = [
  ['stringValue', textField],
  ['intValue', intOf],
  ['boolValue', boolOf],
  ['doubleValue', doubleOf],
  ['arrayValue', listOf],
  ['kvlistValue', (any, name, path, depth) => mapOf(pairsOf(asObject(any, name, path), 'values', path, depth + 1))],
  ['bytesValue', bytesOf],
];

function asObject(any: JsonObject, name: string, path: string): JsonObject {
  return objectField(any, name, path) ?? {};
}

function listOf(any: JsonObject, name: string, path: string, depth: number): AttributeValue {
  const list: AttributeValue[] = [];
  eachObject(asObject(any, name, path), 'values', `${path}.${name}`, (item, itemPath) => {
    list.push(valueOf(item, itemPath, depth + 1));
  });
  return list;
}

function boolOf(any: JsonObject, name: string, path: string): AttributeValue {
  const value = field(any, name);
  return typeof value === 'boolean' ? value : wrong(`${path}.${name}`, 'true or false', value);
}

/** A number that is no longer exact stays the double that `JSON.parse` made of it. */
function intOf(any: JsonObject, name: string, path: string): AttributeValue {
  const value = field(any, name);
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) wrong(`${path}.${name}`, 'a 64-bit integer', value);
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  const big = BigInt(value);
  return BigInt.asIntN(64, big) === big ? big : wrong(`${path}.${name}`, 'a 64-bit integer', value);
}

const specialDoubles = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function doubleOf(any: JsonObject, name: string, path: string): AttributeValue {
  const value = field(any, name);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') wrong(`${path}.${name}`, 'a number', value);
  const special = specialDoubles.get(value);
  if (special !== undefined) return special;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : wrong(`${path}.${name}`, 'a number', value);
}

function bytesOf(any: JsonObject, name: string, path: string): AttributeValue {
  const value = field(any, name);
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
  return bytes ?? wrong(`${path}.${name}`, 'base64', value);
}
