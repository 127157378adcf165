import type { StoreLogger } from './options.ts';

const patienceMillis = 1_500;
const againMillis = 5_000;

/** Calls back after a time, and gives what cancels that. */
export type After = (millis: number, call: () => void) => () => void;

/** Waits for a step of the start, and says what is being done while it takes longer than people wait without a word. */
export async function sayWhenSlow<T>(
  step: Promise<T>,
  doing: () => string,
  logger: StoreLogger | undefined,
  after: After = afterTimeout,
): Promise<T> {
  let cancel = after(patienceMillis, say);
  function say(): void {
    logger?.info(said(doing));
    cancel = after(againMillis, say);
  }
  try {
    return await step;
  } finally {
    cancel();
  }
}

/** What is being done may be told by looking at a disk that refuses. */
function said(doing: () => string): string {
  try {
    return doing();
  } catch (error) {
    return `still starting (${error instanceof Error ? error.message : String(error)})`;
  }
}

function afterTimeout(millis: number, call: () => void): () => void {
  const timer = setTimeout(call, millis);
  return () => clearTimeout(timer);
}
