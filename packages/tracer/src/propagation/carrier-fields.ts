const maxNameLength = 31;
/**
 * Values of one name are joined as far as that; it is more than any format reads. Without an end, ten thousand headers of one
 * name take two seconds.
 */
const maxJoinedLength = 16_384;
/** Items of one prefix; the same as W3C baggage may have. */
const maxItems = 180;

/** How a format begins the names of some headers, and what a carrier has of them. */
interface Prefix {
  readonly text: string;
  /** Rests of names and values, in turn. Emptied and filled again by each `read`. */
  readonly items: string[];
}

/**
 * Finds the values of some header names in a carrier, and the headers that begin in some ways, in one pass and without
 * regard to case. Most carriers have none of them, so a name is judged by its length (1 ns), then by its middle character,
 * and compared only when both fit; for a prefix by its first character.
 */
export class CarrierFields {
  /** The values found, by the index of their name; undefined where absent. */
  readonly values: (string | undefined)[];
  /** Headers with a prefix that `read` has left out, because there were too many. */
  droppedItems = 0;
  readonly #names: readonly string[];
  /** Bit n is set when a name has n characters. */
  readonly #lengths: number;
  /** By `slotOf`: one more than the index of the first name there, 0 for none. */
  readonly #firstInSlot: Uint8Array = new Uint8Array((maxNameLength + 1) * 32);
  /** By a name's index: the same for the next name in its slot. */
  readonly #nextInSlot: Uint8Array;
  readonly #prefixes: readonly Prefix[];
  /** Bit n is set when a prefix begins with a character of which n are the last five bits. */
  readonly #initials: number;
  /** A longer name may begin with a prefix and have something behind it. */
  readonly #shortestPrefix: number;
  readonly #keepCase: boolean;
  #found = 0;

  /**
   * Names and prefixes in lower case, of at most 31 characters, each once. What follows a prefix is handed out in lower
   * case too, unless `keepCase`.
   */
  constructor(names: readonly string[], prefixes: readonly string[] = [], keepCase = false) {
    this.#names = names;
    this.values = names.map(() => undefined);
    this.#lengths = names.reduce((bits, name) => bits | (1 << name.length), 0);
    this.#nextInSlot = new Uint8Array(names.length);
    for (const [index, name] of names.entries()) {
      this.#nextInSlot[index] = this.#firstInSlot[slotOf(name)]!;
      this.#firstInSlot[slotOf(name)] = index + 1;
    }
    this.#prefixes = prefixes.map((text) => ({ text, items: [] }));
    this.#initials = prefixes.reduce((bits, prefix) => bits | (1 << prefix.charCodeAt(0)), 0);
    this.#shortestPrefix = prefixes.reduce((shortest, { length }) => Math.min(shortest, length), 2 ** 30 - 1);
    this.#keepCase = keepCase;
  }

  /** What `read` finds under a prefix: rests of names and values, in turn. One list, filled again by each `read`. */
  itemsOf(prefix: string): readonly string[] {
    return this.#prefixes.find(({ text }) => text === prefix)?.items ?? [];
  }

  /**
   * Reads a plain object, a `Map`, anything with `get(name)` such as `Headers` or gRPC's `Metadata` (names that only begin in
   * a known way where it has `entries`, `getMap` or `keys`, or iterates over pairs), or a list: of
   * pairs, of names and values in turn (Node's `rawHeaders`), or of objects with one entry (node-rdkafka's headers).
   * Says whether any name, or one with a prefix, was there.
   */
  read(carrier: object): boolean {
    if (typeof carrier !== 'object' && typeof carrier !== 'function') throw new TypeError('no carrier');
    if (this.#found > 0) this.#clear();
    if (Array.isArray(carrier)) this.#readAgain(listEntries(carrier));
    else if (carrier instanceof Map) for (const [key, value] of carrier) this.#take(nameOf(key), value);
    else if (typeof (carrier as { get?: unknown }).get === 'function') this.#readWithGetter(carrier as NamedValues);
    else this.#readObject(carrier as Record<string, unknown>);
    return this.#found > 0;
  }

  /** Keeps what was read so far of a carrier that has another one read meanwhile; gives what puts it back. */
  setAside(): () => void {
    const values = [...this.values];
    const items = this.#prefixes.map((prefix) => [...prefix.items]);
    const [found, droppedItems] = [this.#found, this.droppedItems];
    return () => {
      this.#clear();
      Object.assign(this.values, values);
      for (const [index, prefix] of this.#prefixes.entries()) prefix.items.push(...items[index]!);
      this.#found = found;
      this.droppedItems = droppedItems;
    };
  }

  #readObject(carrier: Record<string, unknown>): void {
    const lengths = this.#lengths;
    const shortestPrefix = this.#shortestPrefix;
    for (const key in carrier) {
      const { length } = key;
      if (length <= maxNameLength && ((lengths >>> length) & 1) === 1) {
        const index = this.#indexOf(key);
        if (index >= 0) {
          this.#put(index, carrier[key]);
          continue;
        }
      }
      // The length first: it is at hand, characters are not.
      if (length > shortestPrefix && this.#mayHavePrefix(key)) this.#takeItem(key, carrier[key]);
    }
  }

  #mayHavePrefix(name: string): boolean {
    return ((this.#initials >>> name.charCodeAt(0)) & 1) === 1;
  }

  #take(key: string, value: unknown): void {
    const index = key.length > maxNameLength ? -1 : this.#indexOf(key);
    if (index >= 0) this.#put(index, value);
    else if (this.#mayHavePrefix(key)) this.#takeItem(key, value);
  }

  /** Names may come again here: their values are joined. */
  #readAgain(entries: Iterable<readonly [string, unknown]>): void {
    for (const [name, value] of entries) {
      const index = name.length > maxNameLength ? -1 : this.#indexOf(name);
      if (index >= 0) {
        const before = this.values[index];
        if (before === undefined) this.#put(index, value);
        else if (before.length <= maxJoinedLength) this.#put(index, [before, value]);
      } else if (this.#mayHavePrefix(name)) this.#takeItem(name, value);
    }
  }

  /**
   * By name is fastest, but tells nothing of names that only begin in a known way, and only `Headers` are known to find names in
   * any case (`URLSearchParams` and `FormData` do not).
   */
  #readWithGetter(carrier: NamedValues): void {
    const isByName = this.#prefixes.length === 0 && carrier[Symbol.toStringTag] === 'Headers';
    if (!isByName && typeof carrier.entries === 'function') {
      this.#readAgain(listEntries(carrier.entries()));
      return;
    }
    for (let index = 0; index < this.#names.length; index++) this.#put(index, carrier.get(this.#names[index]!));
    if (this.#prefixes.length > 0) this.#readItems(carrier);
  }

  /** Headers with a prefix have names of their own, which a carrier tells in one of three ways, or not at all. */
  #readItems(carrier: NamedValues): void {
    if (typeof carrier.getMap === 'function') {
      for (const [name, value] of Object.entries(carrier.getMap())) this.#takeNamed(name, value);
    } else if (typeof carrier.keys === 'function') {
      for (const key of iterated(carrier.keys())) this.#takeNamed(key, undefined, carrier);
    } else {
      for (const entry of iterated(carrier)) if (Array.isArray(entry)) this.#takeNamed(entry[0], entry[1]);
    }
  }

  /** With a carrier the value is asked for only when the name has a prefix. */
  #takeNamed(key: unknown, value: unknown, carrier?: NamedValues): void {
    const name = nameOf(key);
    if (this.#mayHavePrefix(name)) this.#takeItem(name, carrier === undefined ? value : carrier.get(name));
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

  #takeItem(name: string, value: unknown): void {
    for (const { text: prefix, items } of this.#prefixes) {
      const { length } = prefix;
      // The end of the prefix first: "user-agent" begins as "uberctx-" does, and is in every request.
      if (name.length <= length || !isSameLetter(name.charCodeAt(length - 1), prefix.charCodeAt(length - 1))) continue;
      if (name.slice(0, length).toLowerCase() !== prefix) continue;
      if (items.length === maxItems * 2) {
        this.droppedItems += 1;
        return;
      }
      const text = typeof value === 'string' ? value : textOf(value);
      if (text === undefined) return;
      const rest = name.slice(length);
      items.push(this.#keepCase ? rest : rest.toLowerCase(), text);
      this.#found += 1;
      return;
    }
  }

  #clear(): void {
    // Not Array.fill: for a dozen values its call costs more than the loop.
    for (let index = 0; index < this.values.length; index++) this.values[index] = undefined;
    for (const { items } of this.#prefixes) items.length = 0;
    this.droppedItems = 0;
    this.#found = 0;
  }
}

function* listEntries(list: Iterable<unknown>): Generator<[string, unknown]> {
  let name: string | undefined;
  for (const item of list) {
    if (name !== undefined) {
      yield [name, item];
      name = undefined;
    } else if (typeof item === 'string') name = item;
    else if (Array.isArray(item)) yield [nameOf(item[0]), item[1]];
    else if (typeof item === 'object' && item !== null) yield* Object.entries(item);
  }
}

interface NamedValues {
  readonly [Symbol.toStringTag]?: string;
  get(name: string): unknown;
  /** `Headers` and `URLSearchParams` have it. */
  entries?(): Iterable<unknown>;
  /** gRPC's `Metadata` has it: the first value of each name. */
  getMap?(): Readonly<Record<string, unknown>>;
  /** Classes of applications have it, or iterate over pairs: the names. */
  keys?(): unknown;
}

/** What iterates, or nothing: a carrier's `keys` may give a promise. */
export function iterated(value: unknown): Iterable<unknown> {
  const canIterate = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return canIterate ? (value as Iterable<unknown>) : [];
}

/**
 * Five bits of the length, and five of the middle character, in which upper and lower case are the
 * same: names begin and end alike.
 */
function slotOf(name: string): number {
  return (name.length << 5) | (name.charCodeAt(name.length >> 1) & 31);
}

/** What is neither text nor bytes names nothing, and some of it cannot be made into text. */
export function nameOf(key: unknown): string {
  if (typeof key === 'string') return key;
  return ArrayBuffer.isView(key) ? (textOf(key) ?? '') : '';
}

/** Upper and lower case are the same here; so are a few others, which only cost a comparison of the whole. */
function isSameLetter(code: number, other: number): boolean {
  return ((code ^ other) & 31) === 0;
}

/** Whether a header has a name, which is in lower case. */
export function isNamed(key: string, name: string): boolean {
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
