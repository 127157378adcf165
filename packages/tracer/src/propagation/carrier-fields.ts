import type { FieldWriter } from './propagator.ts';

interface Field {
  readonly name: string;
  readonly first: number;
  readonly index: number;
}

/**
 * Finds the values of some header names in a carrier, in one pass and without regard to case. Most carriers have none
 * of them, so a name is first judged by its length and first letter: both cost about a nanosecond.
 */
export class CarrierFields {
  /** The values found, by the index of their name; undefined where absent. */
  readonly values: (string | undefined)[];
  readonly #names: readonly string[];
  /** Bit n is set when a name has n characters; none has more than 31. */
  readonly #lengths: number;
  readonly #byLength: readonly (readonly Field[])[];
  #found = 0;

  /** Names in lower case, of at most 31 characters, each once. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.values = names.map(() => undefined);
    this.#lengths = names.reduce((bits, name) => bits | (1 << name.length), 0);
    this.#byLength = Array.from({ length: 32 }, (_, length) => fieldsOf(names, length));
  }

  /** Reads a plain object, a `Map`, or anything with `get(name)` such as `Headers`. Says whether any name was there. */
  read(carrier: object): boolean {
    if (this.#found > 0) this.#clear();
    if (carrier instanceof Map) for (const [key, value] of carrier) this.#take(String(key), value);
    else if (typeof (carrier as { get?: unknown }).get === 'function') this.#readByName(carrier as NamedValues);
    else this.#readObject(carrier as Record<string, unknown>);
    return this.#found > 0;
  }

  #readObject(carrier: Record<string, unknown>): void {
    for (const key in carrier) {
      if (key.length < 32 && ((this.#lengths >>> key.length) & 1) === 1) this.#takeFrom(carrier, key);
    }
  }

  #takeFrom(carrier: Record<string, unknown>, key: string): void {
    const index = this.#indexOf(key);
    if (index >= 0) this.#put(index, carrier[key]);
  }

  #take(key: string, value: unknown): void {
    const index = key.length < 32 ? this.#indexOf(key) : -1;
    if (index >= 0) this.#put(index, value);
  }

  #readByName(carrier: NamedValues): void {
    for (let index = 0; index < this.#names.length; index++) this.#put(index, carrier.get(this.#names[index]!));
  }

  #indexOf(key: string): number {
    const first = key.charCodeAt(0) | 0x20;
    for (const field of this.#byLength[key.length]!) {
      if (field.first === first && (key === field.name || key.toLowerCase() === field.name)) return field.index;
    }
    return -1;
  }

  #put(index: number, value: unknown): void {
    const text = typeof value === 'string' ? value : textOf(value);
    if (text === undefined) return;
    this.values[index] = text;
    this.#found += 1;
  }

  #clear(): void {
    // Not Array.fill: for a dozen values its call costs more than the loop.
    for (let index = 0; index < this.values.length; index++) this.values[index] = undefined;
    this.#found = 0;
  }
}

interface NamedValues {
  get(name: string): unknown;
}

function fieldsOf(names: readonly string[], length: number): readonly Field[] {
  return names
    .map((name, index) => ({ name, first: name.charCodeAt(0) | 0x20, index }))
    .filter(({ name }) => name.length === length);
}

/** Several headers of one name are one, joined by commas (RFC 9110 §5.2); Kafka's headers are bytes. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const parts = value
      .map((part: unknown) => (typeof part === 'string' ? part : textOf(part)))
      .filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join(',');
  }
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return typeof value === 'number' ? String(value) : undefined;
}

/** For plain objects. */
export const writeProperty: FieldWriter = (carrier, name, value) => {
  (carrier as Record<string, string>)[name] = value;
};

/** For `Map`, `Headers` and everything else with `set(name, value)`. */
export const writeBySet: FieldWriter = (carrier, name, value) => {
  (carrier as Map<string, string>).set(name, value);
};
