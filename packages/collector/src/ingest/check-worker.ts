import { parentPort } from 'node:worker_threads';

import { checkBody } from './check-body.ts';
import type { CheckAnswer, CheckRequest, Result } from './check-thread.ts';

/** A fault in one check must not take the others with it. */
function answerTo(id: number, check: () => Result): CheckAnswer {
  try {
    return { id, result: check() };
  } catch (error) {
    return { id, failed: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** Runs in a thread of its own, see `CheckThread`. */
parentPort?.on('message', ({ id, format, bytes }: CheckRequest) => {
  parentPort?.postMessage(
    answerTo(id, () => checkBody(format, bytes)),
    [],
  );
});
