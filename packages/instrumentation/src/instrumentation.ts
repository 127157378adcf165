import type { TracerLike } from './protocol/tracer-like.ts';

/** Takes an instrumentation back. */
export interface Instrumentation {
  /** Puts everything back as it was. Spans that are open finish in their own time. A second call does nothing. */
  uninstall(): void;
}

/**
 * Checks the one setting that every instrumentation needs.
 *
 * @param place how the caller names it, for the message.
 * @throws {TypeError} when `tracer` is not a tracer.
 */
export function requireTracer(tracer: unknown, place: string): asserts tracer is TracerLike {
  if (typeof (tracer as TracerLike | undefined)?.startSpan === 'function') return;
  throw new TypeError(
    `${place} must be an OpenTracing tracer, with startSpan, inject and extract; it was ${describe(tracer)}`,
  );
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'no properties'}`;
}
