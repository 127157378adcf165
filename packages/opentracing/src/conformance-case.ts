/** One requirement. Give each to a test framework: `it(name, run)`. */
export interface ConformanceCase {
  /** The requirement in words. */
  name: string;
  /** Throws, or rejects, when it is not met. */
  run: () => void | Promise<void>;
}

/** Fails a case unless both values are the same. @internal */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${shown(expected)}, was ${shown(actual)}`);
}

function shown(value: unknown): string {
  const { operationName } = (value ?? {}) as { operationName?: unknown };
  return typeof operationName === 'function' ? `the span "${operationName.call(value)}"` : String(value);
}
