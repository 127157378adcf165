import type { SpanContext } from './contract.ts';

/** One requirement. Give each to a test framework: `it(name, run)`. */
export interface ConformanceCase {
  /** The requirement in words. */
  name: string;
  /** Throws, or rejects, when it is not met. */
  run: () => void | Promise<void>;
  /** Why it cannot be asked here: then `run` does nothing. The name says so too. */
  skipped?: string;
}

/** A case that cannot be asked, and says why. @internal */
export function notAsked(name: string, why: string): ConformanceCase {
  return { name: `${name} (not asked: ${why})`, run: () => {}, skipped: why };
}

/** A requirement is not met, as apart from a failure of another kind. @internal */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

/** Fails a case unless both values are the same. @internal */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return;
  const [is, wanted] = [shown(actual), shown(expected)];
  throw new ExpectationError(`${what}: expected ${wanted}, was ${is === wanted ? `another: ${is}` : is}`);
}

/** Spans and scopes by the name of the span; what has none, by its ids. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null || value instanceof Error) return String(value);
  const { span } = value as { span?: unknown };
  if (typeof span === 'object' && span !== null) return `the scope of ${shown(span)}`;
  const { operationName, name, context } = value as { operationName?: unknown; name?: unknown; context?: unknown };
  if (typeof operationName === 'function') return `the span "${operationName.call(value)}"`;
  if (typeof context !== 'function') return Object.prototype.toString.call(value);
  if (typeof name === 'string') return `the span "${name}"`;
  const id = (context.call(value) as Partial<SpanContext> | null)?.toSpanId?.();
  return id ? `the span ${id}` : 'a span without a name';
}
