/**
 * Tracing for tasks that worker threads do: pools such as `piscina`, and questions over a port. Contexts of messages that
 * nobody answers travel by `@spanwise/opentracing/hand-over`.
 *
 * Nothing here is done by `@spanwise/node/register` alone: the context goes in an envelope around the message, and an
 * envelope must be opened by who gets it. So both sides say that they want it.
 *
 * @module
 */
export type { Instrumentation } from './instrumentation.ts';
export type { Task, TaskCallerOptions } from './protocol/task-caller.ts';
export type { TaskWorkerOptions } from './protocol/task-worker.ts';
export { answerTraced } from './worker-threads/answer.ts';
export type { Answering, AnsweringPort } from './worker-threads/answer.ts';
export { askTraced } from './worker-threads/ask.ts';
export type { AskOptions, TaskPort } from './worker-threads/ask.ts';
export { instrumentPool } from './worker-threads/pool.ts';
export type { PoolInstrumentationOptions, TaskPool } from './worker-threads/pool.ts';
export { tracedTask } from './worker-threads/traced-task.ts';
export type { TracedTaskOptions } from './worker-threads/traced-task.ts';
