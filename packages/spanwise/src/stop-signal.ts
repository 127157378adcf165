import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborted at the first signal that asks the process to end; `onFirst` is called then, so that people see at once that
 * they were heard. A second one ends the process at once, with the status that shells give to a process ended by that
 * signal.
 */
export function stopSignal(onFirst: () => void): AbortSignal {
  const stop = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[signal]);
      onFirst();
      stop.abort();
    });
  }
  return stop.signal;
}
