import { InvalidCarrierException } from '../exceptions.ts';

interface MapLike {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
  entries(): Iterable<[unknown, unknown]>;
}

/**
 * Sets one entry of a plain object, a `Map` or a `Headers`.
 *
 * @throws InvalidCarrierException when the carrier does not take it: a frozen one, or `Headers` for text that is no Latin-1
 */
export function setEntry(carrier: object, key: string, value: string): void {
  filling(key, () => {
    if (isMapLike(carrier)) carrier.set(key, value);
    else (carrier as Record<string, unknown>)[key] = value;
  });
}

/**
 * Sets one property of an object, whatever it is.
 *
 * @throws InvalidCarrierException when it does not take it
 */
export function setField(carrier: object, name: string, value: unknown): void {
  filling(name, () => {
    (carrier as Record<string, unknown>)[name] = value;
  });
}

function filling(name: string, fill: () => void): void {
  try {
    fill();
  } catch (cause) {
    throw new InvalidCarrierException(`the carrier does not take "${name}"`, { cause });
  }
}

/** The entries of a plain object, a `Map` or a `Headers`, values as text; entries of other kinds are left out. */
export function* textEntries(carrier: object): Generator<[string, string]> {
  for (const [key, value] of isMapLike(carrier) ? carrier.entries() : Object.entries(carrier)) {
    const text = textOf(value);
    // Maps may have keys of any kind.
    if (text !== undefined && typeof key === 'string') yield [key, text];
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
  // Of any realm: Jest and `vm` have classes of their own.
  if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value as Uint8Array);
  return undefined;
}
