import type { JsonObject } from '../internal/json-input.ts';
import { isObject, shown } from '../internal/json-input.ts';
import { WireFormatError } from '../wire-format-error.ts';

/*
 * Fields of proto3's JSON mapping: absent and null mean the default, 64-bit integers are strings or numbers, names are
 * lowerCamelCase and may be the proto's own. `path` is where the object stands in the body.
 */

/** The proto's name for each of ours. */
const protoNames = new Map<string, string>();

/** The field by either name; undefined when absent or null. */
export function field(object: JsonObject, name: string): unknown {
  const value = object[name];
  if (value !== undefined) return value ?? undefined;
  return object[protoNames.get(name) ?? protoNameOf(name)] ?? undefined;
}

function protoNameOf(name: string): string {
  const protoName = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  protoNames.set(name, protoName);
  return protoName;
}

export function textField(object: JsonObject, name: string, path: string): string {
  const value = field(object, name);
  if (value === undefined) return '';
  return typeof value === 'string' ? value : wrong(`${path}.${name}`, 'a string', value);
}

export function objectField(object: JsonObject, name: string, path: string): JsonObject | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  return isObject(value) ? value : wrong(`${path}.${name}`, 'an object', value);
}

/** A list of objects; each comes with its path. */
export function eachObject(
  object: JsonObject,
  name: string,
  path: string,
  take: (item: JsonObject, path: string) => void,
): void {
  const value = field(object, name);
  if (value === undefined) return;
  if (!Array.isArray(value)) wrong(`${path}.${name}`, 'a list', value);
  for (const [index, item] of (value as unknown[]).entries()) {
    const itemPath = `${path}.${name}[${index}]`;
    take(isObject(item) ? item : wrong(itemPath, 'an object', item), itemPath);
  }
}

/** An unsigned 32-bit integer. */
export function uint32Field(object: JsonObject, name: string, path: string): number {
  const value = field(object, name);
  if (value === undefined) return 0;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff) return number;
  return wrong(`${path}.${name}`, 'a whole number from 0 to 4294967295', value);
}

/** An enum as its number or its name; unknown ones are 0. */
export function enumField(
  object: JsonObject,
  name: string,
  path: string,
  names: Readonly<Record<string, number>>,
  largest: number,
): number {
  const value = field(object, name);
  if (value === undefined) return 0;
  if (typeof value === 'string' && !/^\d+$/.test(value)) return Object.hasOwn(names, value) ? names[value]! : 0;
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    wrong(`${path}.${name}`, 'a number or a name', value);
  }
  return number >= 0 && number <= largest ? number : 0;
}

/** A fixed64 of nanoseconds, exact; undefined when it is beyond 2^53 µs. */
export function instantField(
  object: JsonObject,
  name: string,
  path: string,
): readonly [micros: number, nanos: number] | undefined {
  const value = field(object, name);
  if (value === undefined) return [0, 0];
  const digits = nanosDigits(value);
  if (digits === undefined) wrong(`${path}.${name}`, 'nanoseconds as a whole number', value);
  const micros = Number(digits.slice(0, -3));
  return micros <= Number.MAX_SAFE_INTEGER ? [micros, Number(digits.slice(-3))] : undefined;
}

function nanosDigits(value: unknown): string | undefined {
  if (typeof value === 'string') return /^\d{1,20}$/.test(value) ? value : undefined;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 64
    ? BigInt(value).toString()
    : undefined;
}

export function wrong(path: string, wanted: string, value: unknown): never {
  throw new WireFormatError(`not an OTLP JSON body: ${path.replace(/^\./, '')} must be ${wanted}, not ${shown(value)}`);
}
