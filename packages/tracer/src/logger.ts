/**
 * Where the tracer says what an operator should know: spans that are lost, a missing service name, a recorder that
 * throws. Repeated messages are held back to one a minute. What it throws or rejects with is ignored. `console` is one.
 */
export interface Logger {
  /** Takes one line. */
  warn(message: string): void;
}

/** Writes warnings to standard error through `console.warn`. */
export const consoleLogger: Logger = Object.freeze({
  warn(message: string): void {
    console.warn(message);
  },
});

/** Says nothing. */
export const silentLogger: Logger = Object.freeze({ warn(): void {} });
