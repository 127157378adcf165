/** One requirement. Give each to a test framework: `it(name, run)`. */
export interface ConformanceCase {
  /** The requirement in words. */
  name: string;
  /** Throws, or rejects, when it is not met. */
  run: () => void | Promise<void>;
  /** Why it cannot be asked here: then `run` does nothing. The name says so too. */
  skipped?: string;
}

/** A requirement is not met, as apart from a failure of another kind. @internal */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

/** Fails a case unless both values are the same. @internal */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return;
  throw new ExpectationError(`${what}: expected ${shown(expected)}, was ${shown(actual)}`);
}

function shown(value: unknown): string {
  const { operationName } = (value ?? {}) as { operationName?: unknown };
  return typeof operationName === 'function' ? `the span "${operationName.call(value)}"` : String(value);
}
