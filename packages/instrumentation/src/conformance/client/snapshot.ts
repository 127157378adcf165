/** What an argument of a client holds: own properties, symbols too, and the entries of `Headers` and maps. */
export function snapshot(value: unknown, seen: Set<unknown> = new Set()): string {
  if (typeof value !== 'object' || value === null || seen.has(value)) return String(value);
  seen.add(value);
  if (isEntries(value)) return `{${[...value.entries()].map((entry) => snapshot(entry, seen)).join()}}`;
  // Signals and agents change by their nature; what is the application's own are plain objects and lists.
  if (!isPlain(value)) return Object.prototype.toString.call(value);
  const parts = Reflect.ownKeys(value).map((key) => `${String(key)}: ${snapshot(Reflect.get(value, key), seen)}`);
  return `{${parts.join()}}`;
}

function isEntries(value: object): value is { entries(): Iterable<unknown> } {
  return !Array.isArray(value) && typeof (value as { entries?: unknown }).entries === 'function';
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}
