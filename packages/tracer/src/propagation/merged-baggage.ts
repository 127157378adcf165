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
      const name = losesCase ? spelt(key, spellings) : key;
      if (name !== undefined && !merged.has(name)) merged.set(name, items[key]!);
    }
  }
  // Defines even a key "__proto__", where an assignment would not.
  return Object.fromEntries(merged);
}

/** The key as another format spells it; undefined where others have several keys that this one may be. */
function spelt(key: string, spellings: ReadonlyMap<string, string | undefined>): string | undefined {
  const folded = fold(key);
  return spellings.has(folded) ? spellings.get(folded) : key;
}

/** Keys by their folded form, from the formats that keep case; undefined for a form that several keys have. */
function spellingsOf(found: readonly FoundBaggage[]): ReadonlyMap<string, string | undefined> {
  const spellings = new Map<string, string | undefined>();
  for (const { items, losesCase } of found) {
    if (losesCase) continue;
    for (const key of Object.keys(items)) {
      const folded = fold(key);
      spellings.set(folded, spellings.has(folded) && spellings.get(folded) !== key ? undefined : key);
    }
  }
  return spellings;
}

/** As the names of headers lose case: escapes are in them, so only ASCII's letters do. */
function fold(key: string): string {
  return key.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
