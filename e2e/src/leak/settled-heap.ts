import { setTimeout as sleep } from 'node:timers/promises';

/** The least that collecting garbage again must give back to be done once more. */
const worthwhileBytes = 100_000;
const mostCollections = 8;

/**
 * Bytes of the heap and of the buffers that it holds, when collecting garbage gives nothing back any more. Between two
 * collections the event loop turns, because finalizers, and buffers that another thread frees, need that.
 */
export async function settledHeap(): Promise<number> {
  let bytes = await collected();
  for (let turn = 1; turn < mostCollections; turn += 1) {
    const next = await collected();
    if (bytes - next < worthwhileBytes) return Math.min(bytes, next);
    bytes = next;
  }
  return bytes;
}

async function collected(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('start this process with --expose-gc');
  globalThis.gc();
  await sleep(50);
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
