import type { FieldWriter } from './propagator.ts';

const maxNameLength = 31;

/**
 * Finds the values of some header names in a carrier, in one pass and without regard to case. Most carriers have none
 * of them, so a name is judged by its length (1 ns), then by its middle character, and compared only when both fit.
 */
export class CarrierFields {
  /** The values found, by the index of their name; undefined where absent. */
  readonly values: (string | undefined)[];
  readonly #names: readonly string[];
  /** Bit n is set when a name has n characters. */
  readonly #lengths: number;
  /** By `slotOf`: one more than the index of the first name there, 0 for none. */
  readonly #firstInSlot: Uint8Array = new Uint8Array((maxNameLength + 1) * 32);
  /** By a name's index: the same for the next name in its slot. */
  readonly #nextInSlot: Uint8Array;
  #found = 0;

  /** Names in lower case, of at most 31 characters, each once. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.values = names.map(() => undefined);
    this.#lengths = names.reduce((bits, name) => bits | (1 << name.length), 0);
    this.#nextInSlot = new Uint8Array(names.length);
    for (const [index, name] of names.entries()) {
      this.#nextInSlot[index] = this.#firstInSlot[slotOf(name)]!;
      this.#firstInSlot[slotOf(name)] = index + 1;
    }
  }

  /**
   * Reads a plain object, a `Map`, anything with `get(name)` such as `Headers` or gRPC's `Metadata`, or a list: of
   * pairs, of names and values in turn (Node's `rawHeaders`), or of objects with one entry (node-rdkafka's headers).
   * Says whether any name was there.
   */
  read(carrier: object): boolean {
    if (this.#found > 0) this.#clear();
    if (Array.isArray(carrier)) this.#readList(carrier);
    else if (carrier instanceof Map) for (const [key, value] of carrier) this.#take(String(key), value);
    else if (typeof (carrier as { get?: unknown }).get === 'function') this.#readByName(carrier as NamedValues);
    else this.#readObject(carrier as Record<string, unknown>);
    return this.#found > 0;
  }

  #readObject(carrier: Record<string, unknown>): void {
    for (const key in carrier) {
      if (key.length > maxNameLength || ((this.#lengths >>> key.length) & 1) === 0) continue;
      const index = this.#indexOf(key);
      if (index >= 0) this.#put(index, carrier[key]);
    }
  }

  #take(key: string, value: unknown): void {
    const index = key.length > maxNameLength ? -1 : this.#indexOf(key);
    if (index >= 0) this.#put(index, value);
  }

  #readList(carrier: readonly unknown[]): void {
    for (const [name, value] of listEntries(carrier)) {
      const index = name.length > maxNameLength ? -1 : this.#indexOf(name);
      if (index < 0) continue;
      const before = this.values[index];
      this.#put(index, before === undefined ? value : [before, value]);
    }
  }

  #readByName(carrier: NamedValues): void {
    for (let index = 0; index < this.#names.length; index++) this.#put(index, carrier.get(this.#names[index]!));
  }

  #indexOf(key: string): number {
    let next = this.#firstInSlot[slotOf(key)]!;
    while (next !== 0 && !isNamed(key, this.#names[next - 1]!)) next = this.#nextInSlot[next - 1]!;
    return next - 1;
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

function* listEntries(list: readonly unknown[]): Generator<[string, unknown]> {
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (typeof item === 'string') yield [item, list[++index]];
    else if (Array.isArray(item)) yield [String(item[0]), item[1]];
    else if (typeof item === 'object' && item !== null) yield* Object.entries(item);
  }
}

interface NamedValues {
  get(name: string): unknown;
}

/**
 * Five bits of the length, and five of the middle character, in which upper and lower case are the
 * same: names begin and end alike.
 */
function slotOf(name: string): number {
  return (name.length << 5) | (name.charCodeAt(name.length >> 1) & 31);
}

function isNamed(key: string, name: string): boolean {
  return key === name || key.toLowerCase() === name;
}

/** Several headers of one name are one, joined by commas (RFC 9110 §5.2); Kafka's headers are bytes. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const parts = value
      .map((part: unknown) => (typeof part === 'string' ? part : textOf(part)))
      .filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join(',');
  }
  // Of any realm: Jest and `vm` have classes of their own.
  if (ArrayBuffer.isView(value)) return new TextDecoder().decode(value as Uint8Array);
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

/** For lists: in turn where names and values already stand so, else in pairs. */
export const writeByPush: FieldWriter = (carrier, name, value) => {
  const list = carrier as unknown[];
  if (typeof list[0] === 'string') list.push(name, value);
  else list.push([name, value]);
};
