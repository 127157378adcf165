import { REFERENCE_CHILD_OF } from '../constants.ts';
import type { ScopeManager, SpanContext, SpanOptions } from '../contract.ts';
import { SpanContextCorruptedException, UnsupportedFormatException } from '../exceptions.ts';
import { callable } from '../internal/callable.ts';
import { contextOf } from '../internal/context-of.ts';
import { SyncStackScopeManager } from '../scope-managers/sync-stack.ts';
import { isScopeManager, Tracer } from '../tracer.ts';
import { MockReport } from './mock_report.ts';
import { MockContext, MockSpan } from './mock_span.ts';
import { isBadInput, type MockPropagator, propagators } from './propagation.ts';
import { randomId } from './random-id.ts';
import { spanTree } from './span-tree.ts';

/** How a {@link MockTracer} behaves. */
export interface MockTracerOptions {
  /** The scope manager; by default a `SyncStackScopeManager` of its own. */
  scopeManager?: ScopeManager;
  /** `true` throws where opentracing-python does: damaged and empty carriers, a second `finish`. Default `false`. */
  strict?: boolean;
  /** The clock, milliseconds since 1970; default `Date.now`. */
  nowMillis?: () => number;
  /**
   * `'sequential'` counts ids from 1, for each tracer; a root takes its span id first and its trace id next, as in
   * opentracing-python. Ids of two such tracers collide. Default `'random'`.
   */
  ids?: 'random' | 'sequential';
}

/** What a {@link MockTracer} passed over in silence. */
export interface MockTracerStats {
  /** Calls of `extract` that found a damaged carrier. */
  corruptedCarriers: number;
  /** Calls of `finish` after the first one of a span. */
  ignoredFinishes: number;
  /** Other calls to a span after its finish. They took effect. */
  lateCalls: number;
  /** Spans that finished after the tracer was closed. */
  droppedFinishes: number;
}

/**
 * A tracer for tests: keeps every span in memory, and carries contexts in all three formats.
 *
 * Not for production: it never lets go of a span, and captures a stack for each.
 */
class MockTracerClass extends Tracer {
  /** All spans since the last `clear` or `reset`, in the order of their start. */
  declare protected _spans: MockSpan[];
  /** Whether mistakes throw. Read by the spans too. */
  declare readonly _strict: boolean;
  /** The clock, milliseconds since 1970. */
  declare protected _now: () => number;
  /** What {@link MockTracer.stats} copies. */
  declare protected _stats: MockTracerStats;
  /** What {@link MockTracer.generatedErrors} copies. */
  declare protected _errors: string[];
  /** By format; see {@link MockTracer.registerPropagator}. */
  declare protected _propagators: Map<string, MockPropagator>;
  /** The last sequential id; -1 when ids are random. */
  declare protected _lastId: number;
  /** Whether spans that finish are dropped. */
  declare protected _closed: boolean;
  /** Who waits in {@link MockTracer.whenIdle}. */
  declare protected _whenIdle: (() => void)[];

  /** @param options may be just the scope manager, as in opentracing-python */
  constructor(options: MockTracerOptions | ScopeManager = {}) {
    super();
    initialise(this as never, options);
  }

  /** As in every tracer. Under `suppressTracing` it gives the no-op span, which has none of the methods of a mock span. */
  override startSpan(name?: string, options?: SpanOptions): MockSpan {
    const span = super.startSpan(name, options) as MockSpan;
    const parent: Partial<SpanContext> | null | undefined = options?.childOf && contextOf(options.childOf);
    // As a reference it is the last one, where tracers written for npm look for it; but it comes before the others.
    if (parent && options?.references && parent.toSpanId?.()) {
      // The spans of a derived tracer may be of another class.
      (span as Partial<MockSpan>)._follow?.(parent as SpanContext, REFERENCE_CHILD_OF);
    }
    return span;
  }

  /** All spans, started or finished, as a report with an index. */
  report(): MockReport {
    return new MockReport(this._spans);
  }

  /** The finished spans, in the order in which they finished. */
  finishedSpans(): MockSpan[] {
    return this._spans.filter((span) => span.isFinished()).sort((one, other) => one._finishOrder - other._finishOrder);
  }

  /** The spans that are not finished, in the order in which they were started. */
  unfinishedSpans(): MockSpan[] {
    return this._spans.filter((span) => !span.isFinished());
  }

  /** All spans under their parents, a line each, for the output of failing tests. */
  toTree(): string {
    return spanTree(this._spans);
  }

  /** What was passed over in silence since the tracer was made. */
  stats(): MockTracerStats {
    return { ...this._stats };
  }

  /** The calls to spans after their finish, each with the span's name and a stack; to assert that there were none. */
  generatedErrors(): string[] {
    return [...this._errors];
  }

  /** Resolves once no span is unfinished: at once when none is. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this._whenIdle.push(resolve);
      this._settle();
    });
  }

  /** Forgets all spans, and generated errors. */
  clear(): void {
    this._spans = [];
    this._errors = [];
    this._settle();
  }

  /**
   * Forgets finished spans and generated errors. Spans that are still open will be among the finished ones, as in
   * opentracing-python and -java; {@link MockTracerClass.clear} forgets them too.
   */
  reset(): void {
    this._spans = this.unfinishedSpans();
    this._errors = [];
  }

  /**
   * Lets `inject` and `extract` know a format, or do one of the known ones in another way.
   *
   * @param format any name
   */
  registerPropagator(format: string, propagator: MockPropagator): void {
    this._propagators.set(format, propagator);
  }

  /** From here on spans that finish are dropped and counted. Those that finished before stay. */
  override async close(callback?: () => void): Promise<void> {
    this._closed = true;
    await super.close(callback);
  }

  /** The clock of this tracer's spans, milliseconds since 1970. */
  _nowMillis(): number {
    return this._now();
  }

  /** Called by spans. */
  _newId(digits: number): string {
    return this._lastId < 0 ? randomId(digits) : (++this._lastId).toString(16).padStart(digits, '0');
  }

  /** Called by spans. */
  _spanFinished(span: MockSpan): void {
    if (this._closed) {
      this._stats.droppedFinishes++;
      this._spans = this._spans.filter((other) => other !== span);
    }
    this._settle();
  }

  /** Called by spans. */
  _calledLate(span: MockSpan, call: string): void {
    this._stats[call === 'finish' ? 'ignoredFinishes' : 'lateCalls']++;
    // In V8 alone the stack begins with the message.
    const what = `${call} after the finish of the span "${span.operationName()}" (${span.uuid()})`;
    this._errors.push(`${what}\n${new Error().stack}`);
  }

  /** Makes an empty span; a derived tracer may return one of its own class. */
  protected _allocSpan(): MockSpan {
    return new MockSpan(this);
  }

  protected override _startSpan(name: string, fields: SpanOptions): MockSpan {
    const span = this._allocSpan();
    span.setOperationName(name);
    this._spans.push(span);
    for (const reference of fields.references ?? []) span.addReference(reference);
    span._contextState(); // takes the trace id of a root, so that sequential ids do not depend on who asks first
    if (fields.startTime !== undefined) span._startMs = fields.startTime;
    if (fields.tags) span.addTags(fields.tags);
    span._startStack = new Error(`start of ${name}`).stack;
    return span;
  }

  protected override _inject(context: SpanContext, format: string, carrier: unknown): void {
    if (!context?.toSpanId?.()) return;
    const { baggage = {} } = context as Partial<MockContext>;
    this._propagatorFor(format).inject({ traceId: context.toTraceId(), spanId: context.toSpanId(), baggage }, carrier);
  }

  protected override _extract(format: string, carrier: unknown): MockContext | null {
    const propagator = this._propagatorFor(format);
    try {
      const state = propagator.extract(carrier);
      if (state !== null) return new MockContext(null, state);
      if (this._strict) throw new SpanContextCorruptedException('the carrier holds no context');
    } catch (error) {
      if (this._strict || !isBadInput(error)) throw error;
      this._stats.corruptedCarriers++;
    }
    return null;
  }

  private _propagatorFor(format: string): MockPropagator {
    const propagator = this._propagators.get(format);
    if (propagator === undefined) throw new UnsupportedFormatException(format);
    return propagator;
  }

  private _settle(): void {
    if (this._whenIdle.length === 0 || this._spans.some((span) => !span.isFinished())) return;
    for (const resolve of this._whenIdle.splice(0)) resolve();
  }
}

interface TracerFields {
  _spans: MockSpan[];
  _strict: boolean;
  _now: () => number;
  _stats: MockTracerStats;
  _errors: string[];
  _propagators: Map<string, MockPropagator>;
  _lastId: number;
  _closed: boolean;
  _whenIdle: (() => void)[];
}

function initialise(tracer: TracerFields & Tracer, given: MockTracerOptions | ScopeManager | null): void {
  // Callers without types pass null.
  const options: MockTracerOptions = isScopeManager(given) ? { scopeManager: given } : (given ?? {});
  tracer.scopeManager = options.scopeManager ?? new SyncStackScopeManager();
  tracer._spans = [];
  tracer._strict = options.strict ?? false;
  // Asked each time: fake timers replace `Date` after the tracer was made, too.
  tracer._now = options.nowMillis ?? (() => Date.now());
  tracer._stats = { corruptedCarriers: 0, ignoredFinishes: 0, lateCalls: 0, droppedFinishes: 0 };
  tracer._errors = [];
  tracer._propagators = new Map(propagators);
  tracer._lastId = firstId(options.ids);
  tracer._closed = false;
  tracer._whenIdle = [];
}

function firstId(ids: MockTracerOptions['ids'] = 'random'): number {
  if (ids === 'random') return -1;
  if (ids === 'sequential') return 0;
  throw new TypeError(`ids must be 'random' or 'sequential', was ${String(ids)}`);
}

/** The class of {@link MockTracer}. */
export interface MockTracerConstructor {
  /** @param options may be just the scope manager, as in opentracing-python */
  new (options?: MockTracerOptions | ScopeManager): MockTracer;
  readonly prototype: MockTracer;
}

/** A tracer for tests: keeps every span in memory. Can be called without `new` by ES5 subclasses. */
export const MockTracer: MockTracerConstructor = /* @__PURE__ */ callable(
  'MockTracer',
  MockTracerClass,
  function (options = {}) {
    initialise(this as never, options);
  },
);
/** A tracer for tests: keeps every span in memory. */
export interface MockTracer extends MockTracerClass {}
/** @alias */
export default MockTracer;
