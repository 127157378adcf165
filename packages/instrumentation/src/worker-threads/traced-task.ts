import { threadId } from 'node:worker_threads';

import { requireTracer } from '../instrumentation.ts';
import type { Task } from '../protocol/task-caller.ts';
import { TaskWorkerHandler } from '../protocol/task-worker.ts';
import type { TaskWorkerOptions } from '../protocol/task-worker.ts';
import type { ScopeLike, SpanLike, TracerLike } from '../protocol/tracer-like.ts';
import { COMPONENT } from './component.ts';
import { openTask } from './task-envelope.ts';

/** Settings of `tracedTask`, and of `answerTraced`. */
export interface TracedTaskOptions extends TaskWorkerOptions {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
  /** The name of the tasks. Default: what the caller named it; for a task from elsewhere the name of the function, or `task`. */
  name?: string | undefined;
}

/**
 * A function that works in another thread, traced: in a server's span whose parent is the caller's, and which is active in
 * all that the function starts. It ends when the function has its result; an error marks it, and is thrown on to the caller,
 * whose span it marks too.
 *
 * It opens what `instrumentPool` sends. A task that comes without an envelope, from a pool that is not traced, reaches the
 * function as it is, in a span that begins a trace.
 *
 * A thread that is terminated (`pool.destroy()`, an aborted task) sends no more spans: those that wait in its tracer are
 * lost, the last second's as a rule.
 *
 * ```ts
 * // render.mjs, what the pool runs
 * export default tracedTask(render, { tracer });
 * ```
 *
 * @throws {TypeError} when `tracer` is not a tracer, or `work` is not a function.
 */
export function tracedTask<T, R>(work: (task: T) => R, options: TracedTaskOptions): (task: T) => Promise<Awaited<R>> {
  requireTracer(options?.tracer, 'tracedTask(work, { tracer })');
  if (typeof work !== 'function') throw new TypeError('tracedTask(work, …) must be given the function to trace');
  const { tracer } = options;
  const worker = new TaskWorkerHandler(tracer, COMPONENT, threadId, options);
  return (data) => {
    const { message, context, note } = openTask(tracer, data);
    const name = options.name ?? note?.name ?? (work.name || 'task');
    return inSpan(worker, { name, message }, context, () => work(message as T));
  };
}

/** Does a task in its span. */
export async function inSpan<R>(
  worker: TaskWorkerHandler,
  task: Task,
  context: object | null,
  work: () => R,
): Promise<Awaited<R>> {
  const span = worker.start(task, context);
  if (span === undefined) return await work();
  return await worker.run(span, (scope) => settled(worker, span, scope, work));
}

async function settled<R>(
  worker: TaskWorkerHandler,
  span: SpanLike,
  scope: ScopeLike | undefined,
  work: () => R,
): Promise<Awaited<R>> {
  try {
    return await work();
  } catch (error) {
    worker.fail(span, error);
    throw error;
  } finally {
    worker.finish(span, scope);
  }
}
