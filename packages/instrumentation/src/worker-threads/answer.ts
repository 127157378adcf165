import { types } from 'node:util';
import { MessagePort, threadId } from 'node:worker_threads';
import type { TransferListItem } from 'node:worker_threads';

import { requireTracer } from '../instrumentation.ts';
import { TaskWorkerHandler } from '../protocol/task-worker.ts';
import type { Answer } from './ask.ts';
import { COMPONENT } from './component.ts';
import { openTask } from './task-envelope.ts';
import { inSpan } from './traced-task.ts';
import type { TracedTaskOptions } from './traced-task.ts';

/** What gives tasks: `parentPort`, a `MessagePort`, or a `Worker`. */
export interface AnsweringPort {
  /** Adds a listener. */
  on(event: 'message', listener: (data: unknown) => void): unknown;
  /** Removes it again. */
  off(event: 'message', listener: (data: unknown) => void): unknown;
}

/**
 * Answers one message.
 *
 * @param transferList put into it what to transfer with the answer rather than to clone
 */
export type Answering<T> = (message: T, transferList: TransferListItem[]) => unknown;

/**
 * Answers what `askTraced` asks over `port`, each question in a server's span whose parent is the caller's; see
 * `tracedTask`. Other messages are left to the port's other listeners, which see them unchanged.
 *
 * What `work` throws, or its promise is rejected with, goes to whoever asked, and so does it when an answer cannot be cloned.
 *
 * @returns a function that removes the listener
 * @throws {TypeError} when `tracer` is not a tracer, `port` gives no messages, or `work` is not a function.
 */
export function answerTraced<T = unknown>(
  port: AnsweringPort,
  work: Answering<T>,
  options: TracedTaskOptions,
): () => void {
  requireTracer(options?.tracer, 'answerTraced(port, work, { tracer })');
  if (typeof port?.on !== 'function') {
    throw new TypeError('answerTraced(port, …) must be given parentPort, a MessagePort or a Worker');
  }
  if (typeof work !== 'function')
    throw new TypeError('answerTraced(port, work, …) must be given the function that answers');
  const worker = new TaskWorkerHandler(options.tracer, COMPONENT, threadId, options);
  const listener = (data: unknown): void => {
    const { message, context, note } = openTask(options.tracer, data);
    if (!(note?.answerTo instanceof MessagePort)) return;
    const task = { name: options.name ?? note.name, message };
    void answer(note.answerTo, async (transferList) => {
      return inSpan(worker, task, context, () => work(message as T, transferList));
    });
  };
  port.on('message', listener);
  return () => void port.off('message', listener);
}

/** Sends what comes of the work; never rejects. */
async function answer(port: MessagePort, work: (transferList: TransferListItem[]) => Promise<unknown>): Promise<void> {
  const transferList: TransferListItem[] = [];
  try {
    const value = await work(transferList);
    port.postMessage({ value } satisfies Answer, transferList);
  } catch (error) {
    sendError(port, error);
  }
}

function sendError(port: MessagePort, error: unknown): void {
  // Node clones its DOMException, DataCloneError among them, to an empty object.
  const isOther = error instanceof Error && !types.isNativeError(error);
  try {
    port.postMessage({ error: isOther ? new Error(String(error)) : error } satisfies Answer);
  } catch (failure) {
    port.postMessage({ error: new Error(String(failure)) } satisfies Answer);
  }
}
