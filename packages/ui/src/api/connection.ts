/** Whether the collector answered last time it was asked. */
export type Connection = 'up' | 'gone';

let state: Connection = 'up';
const listeners = new Set<() => void>();

/** Called by the client after every attempt. */
export function reportConnection(next: Connection): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

export function currentConnection(): Connection {
  return state;
}

/** For `useSyncExternalStore`. */
export function subscribeConnection(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
