/** Where the text of a failure inside the instrumentation goes. */
export type FailureListener = (error: unknown) => void;

/**
 * The one place where failures inside the instrumentation end: of the tracer, of an adapter's reading of a request, and
 * of the callbacks that a user gave. The application never sees them. The first is reported to `onFailure`, or with
 * `console.warn`; the others are counted only, since a callback that fails once fails for every request.
 */
export class Boundary {
  /** Failures so far. */
  failures = 0;
  readonly #name: string;
  readonly #onFailure: FailureListener | undefined;

  constructor(name: string, onFailure?: FailureListener) {
    this.#name = name;
    this.#onFailure = onFailure;
  }

  /** Runs `action`; what it throws ends here. */
  run(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.caught(error);
    }
  }

  /** The answer of a user's callback, or `otherwise` when there is no callback or it throws. */
  ask<Subject, Answer>(
    callback: ((subject: Subject) => Answer) | undefined,
    subject: Subject,
    otherwise: Answer,
  ): Answer {
    if (callback === undefined) return otherwise;
    try {
      return callback(subject);
    } catch (error) {
      this.caught(error);
      return otherwise;
    }
  }

  /** Notes a failure; throws never. */
  caught(error: unknown): void {
    this.failures++;
    if (this.failures > 1 && this.#onFailure === undefined) return;
    try {
      if (this.#onFailure !== undefined) this.#onFailure(error);
      else console.warn(`spanwise: the ${this.#name} instrumentation failed; the application is not affected:`, error);
    } catch {
      // A listener that throws is the last thing that could still reach the application.
    }
  }
}
