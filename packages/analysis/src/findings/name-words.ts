/**
 * The words of a name, in lower case: `pg-pool.getConnection` has `pg`, `pool`, `get`, `connection`. Digits and letters of other scripts
 * only separate. Takes linear time whatever the name is: spans are named by strangers.
 */
export function wordsOf(name: string): string[] {
  return Array.from(name.match(words) ?? [], (word) => word.toLowerCase());
}

/** A row of capitals is a word of its own, without the one that begins the next: `RWLock` is `rw` and `lock`. */
const words = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;
