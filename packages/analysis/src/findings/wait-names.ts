import { wordsOf } from './name-words.ts';

const acquiring: ReadonlySet<string> = new Set(['acquire', 'acquires', 'acquired', 'acquiring']);
const waiting: ReadonlySet<string> = new Set(['wait', 'waits', 'waited', 'waiting']);
const taking: ReadonlySet<string> = new Set(['get', 'gets', 'getting', 'take', 'takes', 'taking']);
const connecting: ReadonlySet<string> = new Set(['connect', 'connects', 'connecting', 'connection', 'checkout']);
const locks: ReadonlySet<string> = new Set(['lock', 'mutex', 'semaphore']);

/** Names in lower case throughout, as `getlock`. */
const lockWaits: ReadonlySet<string> = new Set(
  Array.from(locks, (lock) => [
    ...['acquire', 'get', 'take', 'wait', 'waitfor'].map((verb) => verb + lock),
    ...['acquire', 'wait'].map((verb) => lock + verb),
  ]).flat(),
);
const connectionWaits: ReadonlySet<string> = new Set(['getconnection', 'acquireconnection', 'connectionacquire']);

/** So many words say which lock it is: `acquire advisory xact lock`. */
const mostBetween = 2;

/** True for the span in which somebody waits until it has a connection to a database. */
export function isConnectionWait(name: string): boolean {
  if (!/pool|connection/i.test(name)) return false;
  const words = wordsOf(name);
  return words.some((word, at) => {
    const next = words[at + 1] ?? '';
    if (word === 'pool') return connecting.has(next) || isWaiting(next);
    if (word === 'connection') return acquiring.has(next);
    if (next === 'connection') return acquiring.has(word) || taking.has(word);
    return connectionWaits.has(word);
  });
}

/** True for the span in which somebody waits until it has a lock. */
export function isLockWait(name: string): boolean {
  if (!/lock|mutex|semaphore/i.test(name)) return false;
  // `wait for lock`: it says nothing about the lock.
  const words = wordsOf(name).filter((word) => word !== 'for');
  let verb = -Infinity;
  for (const [at, word] of words.entries()) {
    const next = words[at + 1] ?? '';
    if (lockWaits.has(word)) return true;
    if (locks.has(word) && (at - verb <= mostBetween + 1 || acquiring.has(next) || waiting.has(next))) return true;
    if (isWaiting(word)) verb = at;
  }
  return false;
}

function isWaiting(word: string): boolean {
  return acquiring.has(word) || waiting.has(word) || taking.has(word);
}
