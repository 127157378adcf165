/// <reference lib="esnext.disposable" preserve="true" />
// The types of the OpenTracing API in one file, because they refer to each other in a circle (a span knows its tracer,
// a tracer starts spans). They are interfaces, so that spans and tracers of another copy of this package fit them too.

/**
 * The part of a span that travels: to its children and, through {@link Tracer.inject}, to other processes.
 *
 * Safe to keep after the span has finished. Everything beyond the two ids belongs to the tracer that made it.
 */
export interface SpanContext {
  /** The trace id as text (hex in every known tracer), or `''` when there is none, as in the no-op. */
  toTraceId(): string;
  /** The span id as text (hex in every known tracer), or `''` when there is none, as in the no-op. */
  toSpanId(): string;
}

/** Tags or log fields. */
// `any`, not `unknown`: only then TypeScript lets callers pass objects whose type is an interface.
// oxlint-disable-next-line typescript/no-explicit-any
export type KeyValues = { [key: string]: any };

/**
 * One timed operation.
 *
 * After {@link Span.finish} only {@link Span.context} may be used; what else happens is up to the tracer.
 * Source: OpenTracing specification 1.1, "Span".
 */
export interface Span extends Disposable {
  /** The context of this span; also allowed after `finish`. */
  context(): SpanContext;
  /** The tracer that started this span. */
  tracer(): Tracer;
  /** Replaces the operation name. */
  setOperationName(name: string): this;
  /**
   * Attaches a value that travels with the context to all later descendants, in other processes too.
   * Costs bytes on every request below this span: use it sparingly, and never for secrets.
   */
  setBaggageItem(key: string, value: string): this;
  /** The baggage value of `key`, own or inherited. */
  getBaggageItem(key: string): string | undefined;
  /** Sets one tag; the last value of a key wins. Strings, numbers and booleans are kept by every tracer. */
  setTag(key: string, value: unknown): this;
  /** Sets several tags, see {@link Span.setTag}. */
  addTags(keyValueMap: KeyValues): this;
  /**
   * Records something that happened at one moment.
   *
   * @param timestamp milliseconds since 1970, fractions allowed; now when left out
   */
  log(keyValuePairs: KeyValues, timestamp?: number): this;
  /** @deprecated Use `log({ event, payload })`. */
  logEvent(eventName: string, payload: unknown): void;
  /**
   * Ends the span. The first call counts.
   *
   * @param finishTime milliseconds since 1970, fractions allowed; now when left out
   */
  finish(finishTime?: number): void;
  /**
   * Finishes the span when a `using` block is left. It cannot see an exception: prefer {@link Tracer.withActiveSpan}.
   */
  [Symbol.dispose](): void;
}

/** A causal link from a new span to an older one. Made by `childOf()` and `followsFrom()`. */
export interface Reference {
  /** `REFERENCE_CHILD_OF`, `REFERENCE_FOLLOWS_FROM`, or what a tracer defines beyond them. */
  type(): string;
  /** The context of the older span. */
  referencedContext(): SpanContext;
}

/** How to start a span. The object stays the caller's: it is read, never changed. */
export interface SpanOptions {
  /** The parent, as a span or its context. `null` and `undefined` mean "not named here". */
  childOf?: Span | SpanContext | null | undefined;
  /** More links, in order; `childOf` comes after them. */
  references?: Reference[] | undefined;
  /** Tags to begin with. The tracer may keep the object: do not change it afterwards. */
  tags?: KeyValues | undefined;
  /** Start in milliseconds since 1970, fractions allowed; now when left out. */
  startTime?: number | undefined;
  /**
   * `true` starts a root although a scope is active. Default `false`: without a parent here, the
   * active span is the parent.
   */
  ignoreActiveSpan?: boolean | undefined;
}

/** How to start a span and make it the active one. */
export interface ActiveSpanOptions extends SpanOptions {
  /** Whether closing the scope finishes the span. Default `true`. */
  finishOnClose?: boolean | undefined;
}

/**
 * The time in which a span is the active one.
 *
 * Close it where it was opened, in the reverse order of opening; `using scope = …` does that.
 */
export interface Scope extends Disposable {
  /** The span that this scope made active. Remains readable after the scope is closed. */
  readonly span: Span;
  /** The manager that opened this scope. */
  readonly manager: ScopeManager;
  /**
   * Ends the scope, and its span if it was opened so. Never throws on misuse. A scope of {@link ScopeManager.run} ends
   * wherever this is called. For one of {@link ScopeManager.activate}:
   * - the active scope of this context: the one before becomes active again;
   * - open, but another one is active above it: nothing happens (close the inner one first);
   * - opened in another context: closed, and this context stays as it is;
   * - closed before: nothing happens.
   */
  close(): void;
  /** The same as {@link Scope.close}. */
  [Symbol.dispose](): void;
}

/**
 * Knows which span is active "here", wherever here is: in this chain of calls and of what they wait for.
 *
 * Implementations must pass the cases of `scopeManagerCases` (`@spanwise/opentracing/conformance`). The
 * base class does nothing.
 */
export interface ScopeManager {
  /** The open scope that is active here, or `null`. */
  readonly active: Scope | null;
  /**
   * What a span started here is a child of, in its cheapest form: the active span, or the context of a span whose
   * callback-form scope is over while work begun in it still runs, or `null`. For tracers.
   */
  readonly activeParent: Span | SpanContext | null;
  /** The context of {@link ScopeManager.activeParent}, or `null`. For logs. */
  readonly activeContext: SpanContext | null;
  /**
   * Makes `span` active from here on, until the scope is closed.
   * For concurrent work use {@link ScopeManager.run}: in an async function what is activated before the first
   * `await` is active in the caller too.
   *
   * @param finishOnClose whether closing the scope finishes the span; default `false`
   */
  activate(span: Span, finishOnClose?: boolean): Scope;
  /**
   * Calls `fn` with `span` active in it and in all that it starts, and nowhere else. Returns what `fn` returns.
   * The caller closes the scope when the work is over (for a promise: when it settles), from wherever it likes; work
   * that runs on afterwards keeps the span's context as {@link ScopeManager.activeParent}. Most code wants
   * {@link Tracer.withActiveSpan}.
   */
  run<R>(span: Span, finishOnClose: boolean, fn: (scope: Scope) => R): R;
}

/**
 * Starts spans, and carries their contexts into and out of processes.
 *
 * The base class is the no-op. Tracers override `_startSpan`, `_inject` and `_extract`, or the public methods.
 * Source: OpenTracing specification 1.1, "Tracer"; scopes as in opentracing-python 2.
 */
export interface Tracer extends AsyncDisposable {
  /**
   * The manager that this tracer asks for the active span; does nothing by default. May be set on
   * tracers that take none.
   */
  scopeManager: ScopeManager;
  /** The span of the active scope, or `null`. */
  readonly activeSpan: Span | null;
  /**
   * Starts a span. Its parent is `childOf`, else the first of `references`, else the active span (unless
   * `ignoreActiveSpan`). The span is not made active.
   */
  startSpan(name: string, options?: SpanOptions): Span;
  /**
   * Starts a span and makes it active until the scope is closed. In async functions prefer
   * {@link Tracer.withActiveSpan}.
   */
  startActiveSpan(name: string, options?: ActiveSpanOptions): Scope;
  /**
   * Starts a span and calls `fn` with it as the active one. The span finishes when `fn` returns or its promise settles
   * (not with `finishOnClose: false`). What `fn` throws is tagged on the span (`error=true`, an `error`
   * log) and thrown on.
   */
  withActiveSpan<R>(name: string, fn: (span: Span) => R): R;
  withActiveSpan<R>(name: string, options: ActiveSpanOptions | undefined, fn: (span: Span) => R): R;
  /**
   * Writes a context into `carrier`.
   *
   * @param format `FORMAT_TEXT_MAP`, `FORMAT_HTTP_HEADERS`, `FORMAT_BINARY`, or what the tracer defines beyond them
   * @throws UnsupportedFormatException when the tracer does not know the format (never in the no-op)
   */
  inject(spanContext: SpanContext | Span, format: string, carrier: unknown): void;
  /**
   * Reads a context from `carrier`; `null` when there is none or it is damaged.
   *
   * @throws UnsupportedFormatException when the tracer does not know the format (never in the no-op)
   */
  extract(format: string, carrier: unknown): SpanContext | null;
  /** Releases what the tracer holds (`await using tracer = …`). Nothing in the base class. */
  [Symbol.asyncDispose](): Promise<void>;
}
