import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { runActive } from './run-active.ts';
import { markFailed } from './span-error.ts';
import type { Task } from './task-caller.ts';
import type { ScopeLike, SpanLike, TracerLike } from './tracer-like.ts';

/** What a user may choose about the spans of who works. Callbacks that throw are reported once and otherwise ignored. */
export interface TaskWorkerOptions {
  /** `false` makes no span. */
  shouldTrace?: ((task: Task) => boolean) | undefined;
  /** Called with the new span before the work begins. */
  onTask?: ((span: SpanLike, task: Task) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The side of a thread that works for another one: `start` with the caller's context, `run` with the span active for all
 * that the work starts, `fail`, `finish`. Without a context the span is a root: what is active where a task arrives has
 * nothing to do with it.
 *
 * Tags: `component`, `thread.id`; `error`, and the error as a log. Name: as the caller's. It has no `span.kind`: nobody outside
 * of the process asked, so that a task is no request of the service.
 * No method throws but what the work throws.
 */
export class TaskWorkerHandler {
  readonly #tracer: TracerLike;
  readonly #component: string;
  readonly #threadId: number;
  readonly #options: TaskWorkerOptions;
  readonly #boundary: Boundary;

  /**
   * @param component the value of the tag, such as `worker_threads`
   * @param threadId of this thread
   * @param options what the user chose
   */
  constructor(tracer: TracerLike, component: string, threadId: number, options: TaskWorkerOptions = {}) {
    this.#tracer = tracer;
    this.#component = component;
    this.#threadId = threadId;
    this.#options = options;
    this.#boundary = new Boundary(`${component} worker`, options.onFailure);
  }

  /** Starts the span of a task; `undefined` when the task is not to be traced, or could not be. */
  start(task: Task, context: object | null): SpanLike | undefined {
    const { shouldTrace, onTask } = this.#options;
    const tags = { component: this.#component, 'thread.id': this.#threadId };
    return this.#boundary.start(
      () => task,
      shouldTrace,
      ({ name }) => this.#tracer.startSpan(`task ${name}`, { childOf: context, tags, ignoreActiveSpan: true }),
      onTask,
    );
  }

  /** Runs the work, see `runActive`; the scope is to be given to `finish`. */
  run<R>(span: SpanLike, work: (scope: ScopeLike | undefined) => R): R {
    return runActive(this.#tracer, this.#boundary, span, work);
  }

  /** Marks the span as failed. */
  fail(span: SpanLike, error: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span and closes its scope. */
  finish(span: SpanLike, scope: ScopeLike | undefined): void {
    this.#boundary.run(() => span.finish());
    this.#boundary.run(() => scope?.close());
  }
}
