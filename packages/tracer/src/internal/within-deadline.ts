import { systemTimers } from '../timers.ts';

/**
 * What `call` settles with, or nothing at the deadline. Keeps the process running until then: who waits for a promise that never settles
 * would otherwise be cut off when the event loop is empty.
 */
export async function withinDeadline(call: () => Promise<void>, deadlineMillis: number): Promise<void> {
  // Called first: of two timers with the same delay its own one fires first, and it can do what it does at the deadline.
  const called = call();
  let passed = (): void => {};
  const deadline = new Promise<void>((resolve) => (passed = resolve));
  const timer = systemTimers.schedule(deadlineMillis, passed, true);
  try {
    await Promise.race([called, deadline]);
  } finally {
    timer.cancel();
  }
}
