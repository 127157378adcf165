import { MessageChannel } from 'node:worker_threads';
import type { MessagePort, TransferListItem } from 'node:worker_threads';

import { requireTracer } from '../instrumentation.ts';
import { TaskCallerHandler } from '../protocol/task-caller.ts';
import type { TaskCallerOptions } from '../protocol/task-caller.ts';
import type { TracerLike } from '../protocol/tracer-like.ts';
import { COMPONENT } from './component.ts';
import { taskEnvelope } from './task-envelope.ts';

/** What takes a task: a `Worker` or a `MessagePort`, in a worker `parentPort`. */
export interface TaskPort {
  /** Sends a message, and moves what is in `transferList`. */
  postMessage(message: unknown, transferList?: readonly TransferListItem[]): void;
  /** Of a `Worker`; -1 when it has ended. */
  readonly threadId?: number;
}

/** Settings of `askTraced`. */
export interface AskOptions extends TaskCallerOptions {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
  /** What is asked for, with few distinct values. Default: `task`. */
  name?: string | undefined;
  /** What to transfer rather than to clone, as for `postMessage`. */
  transferList?: readonly TransferListItem[] | undefined;
}

/** What comes back: one of the two. */
export interface Answer {
  /** What the other side threw; `undefined` may be thrown too. */
  readonly error?: unknown;
  /** What it answered. */
  readonly value?: unknown;
}

/**
 * Asks another thread and gives its answer, for threads without a pool: the other side answers by `answerTraced`. The
 * client's span lasts from here to the answer, its context goes with the message, and what follows the answer goes on in
 * the context of whoever asked.
 *
 * The answer comes over a port of its own, so that any number of questions may be open, and other messages may go over
 * `port` meanwhile. An open question keeps the process alive.
 *
 * The promise is rejected with what the other side threw (as a clone: an `Error` keeps message, stack and the names of the language), with
 * what `postMessage` throws, such as `DataCloneError`, and when the other thread ends before it has answered. A message
 * that nobody answers is waited for as long as its thread lives.
 *
 * @throws {TypeError} when `tracer` is not a tracer, or `port` cannot send.
 */
export function askTraced<A = unknown>(port: TaskPort, message: unknown, options: AskOptions): Promise<A> {
  requireTracer(options?.tracer, 'askTraced(port, message, { tracer })');
  if (typeof port?.postMessage !== 'function') {
    throw new TypeError('askTraced(port, …) must be given a Worker or a MessagePort');
  }
  return ask(port, message, options) as Promise<A>;
}

const ENDED = 'The thread ended before it had answered';

async function ask(port: TaskPort, message: unknown, options: AskOptions): Promise<unknown> {
  const { tracer, name = 'task', transferList = [] } = options;
  const caller = new TaskCallerHandler(tracer, COMPONENT, options);
  const span = caller.start(() => ({ name, message }));
  const { port1, port2 } = new MessageChannel();
  try {
    // An ended Worker drops the message together with the port in it, and nobody hears of it.
    if (port.threadId === -1) throw new Error(ENDED);
    const envelope = taskEnvelope(tracer, span, message, { name, answerTo: port2 });
    port.postMessage(envelope, [...transferList, port2]);
    return await answerAt(port1);
  } catch (error) {
    if (span !== undefined) caller.fail(span, error);
    throw error;
  } finally {
    port1.close();
    if (span !== undefined) caller.finish(span);
  }
}

function answerAt(port: MessagePort): Promise<unknown> {
  return new Promise((resolve, reject) => {
    port.once('message', (answer: Answer) => {
      if ('error' in answer) reject(answer.error);
      else resolve(answer.value);
    });
    port.once('messageerror', reject);
    port.once('close', () => reject(new Error(ENDED)));
  });
}
