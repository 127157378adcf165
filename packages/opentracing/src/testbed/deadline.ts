/** When a scenario is given up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The scenario is over: nobody listens any more. */
  readonly stop: () => void;
}

/** What {@link deadlineAfter} needs of a clock. */
export interface DeadlineClock {
  setTimeout(callback: () => void, millis: number): unknown;
  clearTimeout(timer: never): void;
}

// As they are when this is loaded. What a manager makes of them later is what is tested: one that lets no timer run must
// not hold back the deadline as well.
const { setTimeout, clearTimeout } = globalThis;
const platformClock: DeadlineClock = {
  setTimeout: (callback, millis) => setTimeout(callback, millis),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** A deadline by a clock. @internal */
export function deadlineAfter(millis: number, clock: DeadlineClock = platformClock): Deadline {
  const controller = new AbortController();
  const timer = clock.setTimeout(() => controller.abort(new Error(`after ${millis} ms`)), millis);
  return { signal: controller.signal, stop: () => clock.clearTimeout(timer as never) };
}

/**
 * What `work` gives; rejects when the deadline comes first.
 *
 * @param circumstances added to the message, if there is more to say then
 * @internal
 */
export function beforeDeadline<T>(
  work: PromiseLike<T>,
  { signal, stop }: Deadline,
  circumstances: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => {
      const reason: unknown = signal.reason;
      const said = reason instanceof Error ? reason.message : String(reason);
      reject(new Error(`still running at its deadline (${said})${circumstances()}`));
    };
    const over = (): void => {
      signal.removeEventListener('abort', late);
      stop();
    };
    work.then(resolve, reject).then(over, over);
    if (signal.aborted) late();
    else signal.addEventListener('abort', late);
  });
}
