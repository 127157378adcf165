import type { Boundary } from './boundary.ts';
import type { ScopeLike, SpanLike, TracerLike } from './tracer-like.ts';

/**
 * Runs `work` with the span active, for all that it starts: the scope given to `work` stays open until somebody closes
 * it. It is `undefined` without a scope manager. What `work` throws comes out unchanged, and it runs whatever the
 * tracer throws.
 */
export function runActive<R>(
  tracer: TracerLike,
  boundary: Boundary,
  span: SpanLike,
  work: (scope: ScopeLike | undefined) => R,
): R {
  const manager = tracer.scopeManager;
  if (typeof manager?.run !== 'function') return work(undefined);
  let entered = false;
  const enter = (scope: ScopeLike): R => {
    entered = true;
    return work(scope);
  };
  // No `catch`: throwing again would move the place that Node prints for an uncaught exception into this file.
  try {
    return manager.run(span, false, enter);
  } finally {
    if (!entered) {
      boundary.caught(new Error('scopeManager.run() did not run its callback'));
      // oxlint-disable-next-line no-unsafe-finally -- the application's handler runs whatever the tracer throws
      return work(undefined);
    }
  }
}
