import { InvalidCarrierException } from '../exceptions.ts';

interface MapLike {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
  entries(): Iterable<[string, unknown]>;
}

/** Sets one entry of a plain object, a `Map` or a `Headers`. */
export function setEntry(carrier: object, key: string, value: string): void {
  if (isMapLike(carrier)) carrier.set(key, value);
  else (carrier as Record<string, string>)[key] = value;
}

/** The entries of a plain object, a `Map` or a `Headers`, values as text; entries of other kinds are left out. */
export function* textEntries(carrier: object): Generator<[string, string]> {
  for (const [key, value] of isMapLike(carrier) ? carrier.entries() : Object.entries(carrier)) {
    const text = textOf(value);
    if (text !== undefined) yield [key, text];
  }
}

/** @throws InvalidCarrierException when `carrier` is not an object */
export function requireObject(carrier: unknown): object {
  if (typeof carrier === 'object' && carrier !== null) return carrier;
  throw new InvalidCarrierException(`a carrier must be an object, was ${carrier === null ? 'null' : typeof carrier}`);
}

function isMapLike(carrier: object): carrier is MapLike {
  const { get, set, entries } = carrier as Partial<MapLike>;
  return typeof get === 'function' && typeof set === 'function' && typeof entries === 'function';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return textOf(value[0]);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return undefined;
}
