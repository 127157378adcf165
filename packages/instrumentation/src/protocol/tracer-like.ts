/**
 * The part of OpenTracing that the protocol handlers use, written as structure and not as classes, so that every
 * OpenTracing tracer fits: Spanwise's, the MockTracer, and subclasses of npm `opentracing`, which have no scope manager
 * (spans are then made and propagated, and none is active).
 */
export interface TracerLike {
  startSpan(operationName: string, options?: StartOptions): SpanLike;
  inject(spanContext: object, format: string, carrier: unknown): void;
  extract(format: string, carrier: unknown): object | null;
  /** Absent in tracers made for npm `opentracing`. */
  readonly scopeManager?: ScopeManagerLike | null;
}

/** The span options that the handlers give; a subset of OpenTracing's. */
export interface StartOptions {
  childOf?: object | null | undefined;
  tags?: { [key: string]: unknown } | undefined;
  ignoreActiveSpan?: boolean | undefined;
}

/** A started span. */
export interface SpanLike {
  context(): object;
  setOperationName(name: string): unknown;
  setTag(key: string, value: unknown): unknown;
  log(fields: { [key: string]: unknown }): unknown;
  finish(finishTimeMillis?: number): void;
}

/** See `ScopeManager` of `@spanwise/opentracing`. */
export interface ScopeManagerLike {
  readonly active: ScopeLike | null | undefined;
  /** What an implicit child gets as its parent; also while no scope is open. */
  readonly activeParent?: object | null;
  activate(span: object, finishOnClose?: boolean): ScopeLike;
  /** Runs `fn` with the span active; its scope stays open, for what `fn` started, until it is closed. */
  run?<R>(span: object, finishOnClose: boolean, fn: (scope: ScopeLike) => R): R;
}

/** See `Scope` of `@spanwise/opentracing`. */
export interface ScopeLike {
  readonly span: object;
  close(): void;
}
