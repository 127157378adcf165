import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { markFailed } from './span-error.ts';
import type { SpanLike, TracerLike } from './tracer-like.ts';

/** A piece of work for another thread. */
export interface Task {
  /** What is done, with few distinct values, such as `render-receipt`. */
  readonly name: string;
  /** What the other thread is asked; not for tags as it is, since it may hold anything. */
  readonly message: unknown;
}

/** What a user may choose about the spans of who asks. Callbacks that throw are reported once and otherwise ignored. */
export interface TaskCallerOptions {
  /** `false` makes no span and sends no context: the worker's span then begins a trace. */
  shouldTrace?: ((task: Task) => boolean) | undefined;
  /** Called with the new span before the task is sent. */
  onTask?: ((span: SpanLike, task: Task) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The side of a thread that asks another one for work: `start`, `fail` with the error that the application gets, `finish`
 * when the answer is there. The span covers the time that the task waits for a free thread. It is not made active: what
 * the caller does meanwhile is not part of it; what follows the answer goes on in the caller's own context.
 *
 * Tags: `component`; `error`, and the error as a log. Name: `task` and the task's (`task render-receipt`). It has no
 * `span.kind`: the task does not leave the process.
 * No method throws.
 */
export class TaskCallerHandler {
  readonly #tracer: TracerLike;
  readonly #component: string;
  readonly #options: TaskCallerOptions;
  readonly #boundary: Boundary;

  /**
   * @param component the value of the tag, such as `worker_threads`
   * @param options what the user chose
   */
  constructor(tracer: TracerLike, component: string, options: TaskCallerOptions = {}) {
    this.#tracer = tracer;
    this.#component = component;
    this.#options = options;
    this.#boundary = new Boundary(`${component} caller`, options.onFailure);
  }

  /**
   * Starts a span. `read` describes the task and runs inside the boundary; `undefined` comes back when the task is not to
   * be traced, or could not be.
   */
  start(read: () => Task): SpanLike | undefined {
    const { shouldTrace, onTask } = this.#options;
    const tags = { component: this.#component };
    return this.#boundary.start(
      read,
      shouldTrace,
      ({ name }) => this.#tracer.startSpan(`task ${name}`, { tags }),
      onTask,
    );
  }

  /** The answer of a user's callback about a task, see `Boundary.ask`. */
  ask<Subject, Answer>(
    callback: ((subject: Subject) => Answer) | undefined,
    subject: Subject,
    otherwise: Answer,
  ): Answer {
    return this.#boundary.ask(callback, subject, otherwise);
  }

  /** Marks the span as failed. */
  fail(span: SpanLike, error: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span. */
  finish(span: SpanLike): void {
    this.#boundary.run(() => span.finish());
  }
}
