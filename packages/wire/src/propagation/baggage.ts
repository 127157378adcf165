/**
 * Reads a W3C `baggage` header; join several headers with commas first. Keys and values come back percent-decoded
 * (broken sequences as U+FFFD), properties after `;` are dropped, malformed members are skipped, of a repeated key the
 * last counts. `undefined` when nothing usable is in it.
 *
 * Hostile input: members beyond the first 180, members longer than 4096 and everything behind 8192 characters are left
 * out, never cut in the middle.
 */
export function parseBaggage(_header: string): Record<string, string> | undefined {
  throw new Error('not written yet');
}

/**
 * The W3C `baggage` header for these items, in their order; empty when there are none. The limits of `parseBaggage` hold
 * here too: an item that does not fit is left out whole.
 */
export function formatBaggage(_baggage: Readonly<Record<string, string>>): string {
  throw new Error('not written yet');
}
