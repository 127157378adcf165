import type { Baggage } from './propagator.ts';

/** What one format had of the baggage. */
export interface FoundBaggage {
  readonly items: Baggage;
  /** Its keys came in lower case, whatever they were. */
  readonly losesCase: boolean;
}

/** The baggage of several formats as one. Of a key that several have the first one's value is taken. */
export function mergedBaggage(found: readonly FoundBaggage[]): Baggage {
  const spellings = spellingsOf(found);
  const merged = new Map<string, string>();
  for (const { items, losesCase } of found) {
    for (const key of Object.keys(items)) {
      const name = losesCase ? (spellings.get(key) ?? key) : key;
      if (!merged.has(name)) merged.set(name, items[key]!);
    }
  }
  // Defines even a key "__proto__", where an assignment would not.
  return Object.fromEntries(merged);
}

/** Keys by their lower-case form, from the formats that keep case; one that is in lower case itself goes before others. */
function spellingsOf(found: readonly FoundBaggage[]): ReadonlyMap<string, string> {
  const spellings = new Map<string, string>();
  for (const { items, losesCase } of found) {
    if (losesCase) continue;
    for (const key of Object.keys(items)) {
      const lower = key.toLowerCase();
      if (key === lower || !spellings.has(lower)) spellings.set(lower, key);
    }
  }
  return spellings;
}
