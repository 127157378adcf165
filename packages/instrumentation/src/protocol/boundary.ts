import type { SpanLike } from './tracer-like.ts';

/** Where the text of a failure inside the instrumentation goes. */
export type FailureListener = (error: unknown) => void;

/**
 * The one place where failures inside the instrumentation end: of the tracer, of an adapter's reading of a request, and
 * of the callbacks that a user gave. The application never sees them. The first is reported to `onFailure`, or with
 * `console.warn`; the others are counted only, since a callback that fails once fails for every request.
 *
 * Callbacks may be asynchronous where nothing is asked of them; nobody waits, and a rejection ends here too.
 */
export class Boundary {
  /** Failures so far. */
  failures = 0;
  readonly #name: string;
  readonly #onFailure: FailureListener | undefined;

  /**
   * @param name who failed, for the message
   * @param onFailure is told of failures; by default one line goes to the console
   */
  constructor(name: string, onFailure?: FailureListener) {
    this.#name = name;
    this.#onFailure = onFailure;
  }

  /** Runs `action`; what it throws, or its promise is rejected with, ends here. */
  run(action: () => unknown): void {
    try {
      const result = action();
      if (isThenable(result)) handleRejection(result, (error) => this.caught(error));
    } catch (error) {
      this.caught(error);
    }
  }

  /**
   * The answer of a user's callback, or `otherwise` when there is no callback or it throws. A promise is no answer, for
   * the request does not wait: that is a failure too.
   */
  ask<Subject, Answer>(
    callback: ((subject: Subject) => Answer) | undefined,
    subject: Subject,
    otherwise: Answer,
  ): Answer {
    if (callback === undefined) return otherwise;
    try {
      const answer = callback(subject);
      if (!isThenable(answer)) return answer;
      this.caught(new TypeError('a callback must answer at once; it answered with a promise'));
      handleRejection(answer, (error) => this.caught(error));
    } catch (error) {
      this.caught(error);
    }
    return otherwise;
  }

  /**
   * Starts the span of something, unless the user's filter leaves it alone, and tells the user's callback of it. `undefined`
   * when there is nothing to trace, it is not to be traced, or could not be.
   *
   * @param read describes it
   * @param shouldTrace the user's filter
   * @param begin starts the span
   * @param onStart the user's callback, before anything is done with the span
   */
  start<Subject>(
    read: () => Subject | undefined,
    shouldTrace: ((subject: Subject) => boolean) | undefined,
    begin: (subject: Subject) => SpanLike,
    onStart: ((span: SpanLike, subject: Subject) => void) | undefined,
  ): SpanLike | undefined {
    try {
      const subject = read();
      // A filter that throws traces: a span too many is better than a trace that silently misses.
      if (subject === undefined || !this.ask(shouldTrace, subject, true)) return undefined;
      const span = begin(subject);
      if (onStart !== undefined) this.run(() => onStart(span, subject));
      return span;
    } catch (error) {
      this.caught(error);
      return undefined;
    }
  }

  /** Notes a failure; throws never. */
  caught(error: unknown): void {
    this.failures++;
    if (this.failures > 1 && this.#onFailure === undefined) return;
    try {
      const heard: unknown = this.#onFailure === undefined ? this.#warn(error) : this.#onFailure(error);
      if (isThenable(heard)) handleRejection(heard, () => {});
    } catch {
      // A listener that throws is the last thing that could still reach the application.
    }
  }

  #warn(error: unknown): void {
    console.warn(`spanwise: the ${this.#name} instrumentation failed; the application is not affected:`, error);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function handleRejection(result: PromiseLike<unknown>, handle: (error: unknown) => void): void {
  result.then(undefined, handle);
}
