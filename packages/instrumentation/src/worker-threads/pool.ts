import { parse } from 'node:path';

import { requireTracer } from '../instrumentation.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { replaceFunction } from '../internal/replace-function.ts';
import { TaskCallerHandler } from '../protocol/task-caller.ts';
import type { TaskCallerOptions } from '../protocol/task-caller.ts';
import type { SpanLike, TracerLike } from '../protocol/tracer-like.ts';
import { COMPONENT } from './component.ts';
import { taskEnvelope } from './task-envelope.ts';

/** A pool of worker threads: of `piscina`, or of one with the same `run`. */
export interface TaskPool {
  /** Lets a thread do a task, and gives its answer. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the types of tasks and options are each pool's own
  run(task: any, options?: any): Promise<any>;
}

/** Settings of `instrumentPool`. */
export interface PoolInstrumentationOptions extends TaskCallerOptions {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
  /**
   * The name of a task, with few distinct values; `undefined` if not known. By default the name of the function that runs
   * (`name` of the pool or of `run`), or of the file where that is `default`.
   */
  nameOf?: ((message: unknown) => string | undefined) | undefined;
}

interface RunOptions {
  readonly filename?: unknown;
  readonly name?: unknown;
}

/**
 * Traces the tasks of one pool: each `run` makes a client's span, which lasts from the call to the answer, and sends its
 * context along. What the worker throws, an aborted task and a thread that exits end it with an error.
 *
 * **The functions that the pool runs must be wrapped by `tracedTask`**, because a task goes to them in an envelope: one
 * that is not wrapped gets the envelope instead of the task, with tracing and without, so that the first test finds it.
 * Therefore this is done for one pool by its owner, and never for all pools of a process by `@spanwise/node/register`.
 *
 * The transfer list, tasks made by `Piscina.move` and their options for the queue reach the pool as they were given.
 *
 * ```ts
 * const pool = new Piscina({ filename });
 * instrumentPool(pool, { tracer });
 * ```
 *
 * @throws {TypeError} when `tracer` is not a tracer, or `pool` has no `run`.
 */
export function instrumentPool(pool: TaskPool, options: PoolInstrumentationOptions): Instrumentation {
  requireTracer(options?.tracer, 'instrumentPool(pool, { tracer })');
  if (typeof pool?.run !== 'function') {
    throw new TypeError('instrumentPool(pool, …) must be given a pool with a method `run`, such as a Piscina');
  }
  const { tracer } = options;
  const caller = new TaskCallerHandler(tracer, COMPONENT, options);
  let restore = replaceFunction<'run', TaskPool['run']>(pool, 'run', (original, enabled) => {
    return function run(this: unknown, ...args: unknown[]): Promise<unknown> {
      const send = (actual: unknown[]): Promise<unknown> => Reflect.apply(original, this, actual) as Promise<unknown>;
      return enabled() ? runTraced(pool, args, send) : send(args);
    };
  });
  const runTraced = (
    of: TaskPool,
    [message, ...others]: unknown[],
    send: (args: unknown[]) => Promise<unknown>,
  ): Promise<unknown> => {
    let name = 'task';
    const span = caller.start(() => {
      name = caller.ask(options.nameOf, message, undefined) ?? nameOfTask(of, others[0]);
      return { name, message };
    });
    const wrap = (value: unknown): object => taskEnvelope(tracer, span, value, { name });
    return ending(caller, span, () => send([enveloped(message, wrap), ...others]));
  };
  return {
    uninstall: () => {
      restore?.();
      restore = undefined;
    },
  };
}

/** What the pool gives; the span ends with it. A rejection that nobody handles stays one: what comes back is the promise after ours. */
async function ending(
  caller: TaskCallerHandler,
  span: SpanLike | undefined,
  run: () => Promise<unknown>,
): Promise<unknown> {
  if (span === undefined) return run();
  try {
    return await run();
  } catch (error) {
    caller.fail(span, error);
    throw error;
  } finally {
    caller.finish(span);
  }
}

function nameOfTask(pool: TaskPool, options: unknown): string {
  const own = (options ?? {}) as RunOptions;
  const common = ((pool as { options?: unknown }).options ?? {}) as RunOptions;
  const name = own.name ?? common.name;
  if (typeof name === 'string' && name !== 'default') return name;
  const filename = own.filename ?? common.filename;
  return typeof filename === 'string' ? parse(filename).name : 'task';
}

const TRANSFERABLE = Symbol.for('Piscina.transferable');
const VALUE = Symbol.for('Piscina.valueOf');
const QUEUE_OPTIONS = Symbol.for('Piscina.queueOptions');

/**
 * The envelope in the place of a task. A task that `Piscina.move` made stays one, with its value in the envelope; options
 * for the queue are found on the envelope, and are not sent, as they were not before.
 */
function enveloped(task: unknown, wrap: (value: unknown) => object): object {
  if (typeof task !== 'object' || task === null) return wrap(task);
  if (isMoved(task)) {
    const { [TRANSFERABLE]: transferable, [VALUE]: value } = task as { [key: symbol]: unknown };
    return Object.create(task, { [TRANSFERABLE]: { value: transferable }, [VALUE]: { value: wrap(value) } }) as object;
  }
  const envelope = wrap(task);
  if (QUEUE_OPTIONS in task) Object.defineProperty(envelope, QUEUE_OPTIONS, { value: task[QUEUE_OPTIONS] });
  return envelope;
}

/** The mark is a symbol that only the copy of `piscina` has; without it an object with the other two is a task like any other. */
function isMoved(task: object): boolean {
  return Object.getOwnPropertySymbols(task).some(({ description }) => description === 'Piscina.kMovable');
}
