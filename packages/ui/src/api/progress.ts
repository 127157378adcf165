/** How much of a large answer is here: from 0 to 1; `undefined` while none is on its way. */
let share: number | undefined;
const listeners = new Set<() => void>();

/** Called by the client while it reads. */
export function reportProgress(next: number | undefined): void {
  share = next;
  for (const listener of listeners) listener();
}

export function currentProgress(): number | undefined {
  return share;
}

/** For `useSyncExternalStore`. */
export function subscribeProgress(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
