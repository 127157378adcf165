/** How long a case waits for what must happen, when nobody says otherwise. */
export const DEFAULT_DEADLINE_MILLIS = 5000;

/**
 * Waits for `promise`, and fails a case when it has not settled in time. A case that fails elsewhere meanwhile need not
 * wait any more: nothing of this is an unhandled rejection then.
 */
export function within<T>(promise: Promise<T>, millis: number, what: string): Promise<T> {
  const result = new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited ${millis} ms in vain for ${what}`)), millis);
    void promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
  result.catch(() => {});
  return result;
}

/** A door that handlers and cases wait at until the other side opens it. */
export class Latch {
  readonly opened: Promise<void>;
  #open: () => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** Lets through all who wait and who come later. */
  open(): void {
    this.#open();
  }
}

/** Does `work` with something that is closed afterwards. When both fail, it is the work's error that is told. */
export async function usedAndClosed<T extends { close(): Promise<void> }>(
  used: T,
  work: (used: T) => Promise<void>,
): Promise<void> {
  try {
    await work(used);
  } catch (error) {
    await used.close().catch(() => {});
    throw error;
  }
  await used.close();
}
