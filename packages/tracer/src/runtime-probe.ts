import type { Span } from '@spanwise/opentracing';

/**
 * Watches the runtime while a local root runs, a span whose parent is in another process or nowhere, and notes on it what
 * slowed it down from outside: a blocked event loop, say. For Node there is `NodeRuntimeProbe` in `@spanwise/node`.
 *
 * `begin` and `end` are called for every recorded local root, so they should take a few microseconds at most. What they throw is
 * caught and counted (`tracer.stats().probeErrors`).
 */
export interface RuntimeProbe {
  /** A local root starts. What this returns, other than undefined, is handed to `end`. */
  begin(): unknown;
  /**
   * The local root that `begun` belongs to finishes: the last chance to set tags and to log on it. Without a span when it
   * was given an end of its own (`finish(time)`), which may be any: then there is nothing to note. Not called for spans that
   * the application forgets.
   */
  end(begun: unknown, span: Span | undefined): void;
  /** The tracer closes: timers and observers go. `end` may still be called. */
  close?(): void;
}
