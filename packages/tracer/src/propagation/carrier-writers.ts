import { isNamed, iterated, nameOf } from './carrier-fields.ts';
import type { FieldWriter } from './propagator.ts';

/** Writes into a carrier of whatever kind. Bit n of `lengths` is set when a name that is written has n characters. */
export function writerFor(carrier: object, lengths: number): FieldWriter {
  if (Array.isArray(carrier)) return writeByPush;
  if (typeof (carrier as { set?: unknown }).set !== 'function') return propertyWriterFor(carrier, lengths);
  const { keys } = carrier as { keys?: unknown };
  if (typeof keys !== 'function' || isHeaders(carrier)) return writeBySet;
  return inEveryCase(writeBySet, otherCases(iterated(Reflect.apply(keys, carrier, []))));
}

/** Most names are in lower case and of other lengths; to look at each as a whole would cost more than all that is written. */
function propertyWriterFor(carrier: object, lengths: number): FieldWriter {
  for (const name in carrier) {
    const isCandidate = ((lengths >>> name.length) & 1) === 1 || name.charCodeAt(0) < 0x5b;
    if (isCandidate && name.toLowerCase() !== name) return inEveryCase(writeProperty, otherCases(Object.keys(carrier)));
  }
  return writeProperty;
}

/** Finds names in any case by itself. */
function isHeaders(carrier: object): boolean {
  return (carrier as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'Headers';
}

/** Names that are not in lower case, by what they are there; most carriers have none. */
function otherCases(names: Iterable<unknown>): ReadonlyMap<string, readonly string[]> | undefined {
  let found: Map<string, string[]> | undefined;
  for (const name of names) {
    if (typeof name !== 'string') continue;
    const lower = name.toLowerCase();
    if (lower === name) continue;
    found ??= new Map();
    found.set(lower, [...(found.get(lower) ?? []), name]);
  }
  return found;
}

/** What is written replaces what has the name in another case: it would be sent as a second value. */
function inEveryCase(write: FieldWriter, others: ReadonlyMap<string, readonly string[]> | undefined): FieldWriter {
  if (others === undefined) return write;
  return (carrier, name, value) => {
    write(carrier, name, value);
    for (const other of others.get(name.toLowerCase()) ?? []) if (other !== name) write(carrier, other, undefined);
  };
}

/** For plain objects. */
export const writeProperty: FieldWriter = (carrier, name, value) => {
  const fields = carrier as Record<string, string>;
  if (value !== undefined) fields[name] = value;
  // Only what is there: an object from which something was deleted is a slow one. Empty text says nothing in any format.
  else if (fields[name] !== undefined && !Reflect.deleteProperty(fields, name)) fields[name] = '';
};

/** For `Map`, `Headers` and everything else with `set(name, value)`. */
export const writeBySet: FieldWriter = (carrier, name, value) => {
  const fields = carrier as Fields;
  if (value !== undefined) fields.set(name, value);
  else removalOf(fields)?.call(fields, name);
};

type Removal = (this: unknown, name: string) => unknown;

interface Fields {
  set(name: string, value: string): unknown;
  /** `Map` and `Headers` have it. */
  readonly delete?: Removal;
  /** gRPC's `Metadata` has it. */
  readonly remove?: Removal;
  /** Requests of superagent have it. */
  readonly unset?: Removal;
  /** Requests and responses of Node, under which frameworks put a `set`, have it. */
  readonly removeHeader?: Removal;
}

function removalOf({ delete: remove, remove: ofMetadata, unset, removeHeader }: Fields): Removal | undefined {
  return [remove, ofMetadata, unset, removeHeader].find((removal) => typeof removal === 'function');
}

/**
 * For lists: as names and values already stand there, in turn or as objects with entries; else in pairs, and so in a list that
 * is empty. All that has the name already is replaced, since a message that is sent on has its headers with it.
 */
export const writeByPush: FieldWriter = (carrier, name, value) => {
  const list = carrier as unknown[];
  const [first] = list;
  const at = typeof first === 'string' ? takeInTurn(list, name.toLowerCase()) : takeEntries(list, name.toLowerCase());
  if (value !== undefined) list.splice(at, 0, ...listItems(first, name, value));
};

function listItems(first: unknown, name: string, value: string): unknown[] {
  if (typeof first === 'string') return [name, value];
  return [isEntryObject(first) ? { [name]: value } : [name, value]];
}

/** Takes names with their values out of a list in turn. Gives the place of the first, or the end. */
function takeInTurn(list: unknown[], name: string): number {
  let place = -1;
  for (let index = list.length - (list.length % 2) - 2; index >= 0; index -= 2) {
    const item = list[index];
    if (typeof item !== 'string' || !isNamed(item, name)) continue;
    list.splice(index, 2);
    place = index;
  }
  return place === -1 ? list.length : place;
}

/** The same with pairs, and with objects, whose other entries stay. */
function takeEntries(list: unknown[], name: string): number {
  let place = -1;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const rest = withoutEntry(list[index], name);
    if (rest === list[index]) continue;
    list.splice(index, 1, ...(rest === undefined ? [] : [rest]));
    place = index;
  }
  return place === -1 ? list.length : place;
}

/** What is left of an item of a list; the item itself when it does not have the name. */
function withoutEntry(item: unknown, name: string): unknown {
  if (Array.isArray(item)) return isNamed(nameOf(item[0]), name) ? undefined : item;
  if (!isEntryObject(item)) return item;
  const entries = Object.entries(item);
  const others = entries.filter(([key]) => !isNamed(key, name));
  if (others.length === entries.length) return item;
  return others.length === 0 ? undefined : Object.fromEntries(others);
}

/** node-rdkafka's headers: objects, of one entry each. */
function isEntryObject(item: unknown): item is object {
  return typeof item === 'object' && item !== null && !Array.isArray(item);
}
