/**
 * The part of OpenTracing that the protocol handlers use, written as structure and not as classes, so that every
 * OpenTracing tracer fits: Spanwise's, the MockTracer, and subclasses of npm `opentracing`, which have no scope manager
 * (spans are then made and propagated, and none is active).
 */
export interface TracerLike {
  /** Starts a span. See `Tracer.startSpan` of `@spanwise/opentracing`. */
  startSpan(operationName: string, options?: StartOptions): SpanLike;
  /** Writes a context into a carrier. */
  inject(spanContext: object, format: string, carrier: unknown): void;
  /** Reads a context from a carrier; `null` when there is none. */
  extract(format: string, carrier: unknown): object | null;
  /** Absent in tracers made for npm `opentracing`. */
  readonly scopeManager?: ScopeManagerLike | null;
}

/** The span options that the handlers give; a subset of OpenTracing's. */
export interface StartOptions {
  /** The parent: a span or a context; `null` and `undefined` name none. */
  childOf?: object | null | undefined;
  /** References to other spans' contexts, made by `childOf` and `followsFrom` of `@spanwise/opentracing`. */
  references?: readonly object[] | undefined;
  /** Tags to begin with. */
  tags?: { [key: string]: unknown } | undefined;
  /** `true` starts a root although a span is active. */
  ignoreActiveSpan?: boolean | undefined;
  /** When it began, in milliseconds since 1970; now unless given. */
  startTime?: number | undefined;
}

/** A started span. */
export interface SpanLike {
  /** What travels; for `inject` and `childOf`. */
  context(): object;
  /** Replaces the operation name. */
  setOperationName(name: string): unknown;
  /** Sets one tag; the last value of a key wins. */
  setTag(key: string, value: unknown): unknown;
  /** Records something that happens now. */
  log(fields: { [key: string]: unknown }): unknown;
  /** Ends the span, now or at this time in milliseconds since 1970. */
  finish(finishTimeMillis?: number): void;
}

/** See `ScopeManager` of `@spanwise/opentracing`. */
export interface ScopeManagerLike {
  /** The open scope that is active here, if there is one. */
  readonly active: ScopeLike | null | undefined;
  /** What an implicit child gets as its parent; also while no scope is open. */
  readonly activeParent?: object | null;
  /** Makes the span active from here on, until the scope is closed. */
  activate(span: object, finishOnClose?: boolean): ScopeLike;
  /** Runs `fn` with the span active; its scope stays open, for what `fn` started, until it is closed. */
  run?<R>(span: object, finishOnClose: boolean, fn: (scope: ScopeLike) => R): R;
}

/** See `Scope` of `@spanwise/opentracing`. */
export interface ScopeLike {
  /** The span that the scope made active. */
  readonly span: object;
  /** Ends the scope, and its span if it was opened so. */
  close(): void;
}
