import type { ScopeManager, SpanContext, SpanOptions } from '../contract.ts';
import { InvalidCarrierException, SpanContextCorruptedException } from '../exceptions.ts';
import { callable } from '../internal/callable.ts';
import { SyncStackScopeManager } from '../scope-managers/sync-stack.ts';
import { isScopeManager, Tracer } from '../tracer.ts';
import { MockReport } from './mock_report.ts';
import { MockContext, MockSpan } from './mock_span.ts';
import { propagatorFor } from './propagation.ts';

/** How a {@link MockTracer} behaves. */
export interface MockTracerOptions {
  /** The scope manager; by default a `SyncStackScopeManager` of its own. */
  scopeManager?: ScopeManager;
  /** `true` throws where opentracing-python does: damaged and empty carriers, a second `finish`. Default `false`. */
  strict?: boolean;
  /** The clock, milliseconds since 1970; default `Date.now`. */
  nowMillis?: () => number;
}

/** What a {@link MockTracer} passed over in silence. */
export interface MockTracerStats {
  /** Calls of `extract` that found a damaged carrier. */
  corruptedCarriers: number;
  /** Calls of `finish` after the first one of a span. */
  ignoredFinishes: number;
}

/**
 * A tracer for tests: keeps every span in memory, and carries contexts in all three formats.
 *
 * Not for production: it never lets go of a span, and captures a stack for each.
 */
class MockTracerClass extends Tracer {
  declare protected _spans: MockSpan[];
  /** Whether mistakes throw. Read by the spans too. */
  declare readonly _strict: boolean;
  declare protected _now: () => number;
  declare protected _corruptedCarriers: number;

  /** @param options may be just the scope manager, as in opentracing-python */
  constructor(options: MockTracerOptions | ScopeManager = {}) {
    super();
    initialise(this as never, options);
  }

  /** All spans, started or finished, as a report with an index. */
  report(): MockReport {
    return new MockReport(this._spans);
  }

  /** The finished spans, in the order in which they finished. */
  finishedSpans(): MockSpan[] {
    return this._spans.filter((span) => span.isFinished()).sort((one, other) => one._finishOrder - other._finishOrder);
  }

  /** What was passed over in silence since the tracer was made. */
  stats(): MockTracerStats {
    const ignoredFinishes = this._spans.reduce((sum, span) => sum + span.ignoredFinishes(), 0);
    return { corruptedCarriers: this._corruptedCarriers, ignoredFinishes };
  }

  /** Forgets all spans. */
  clear(): void {
    this._spans = [];
  }

  /** Forgets all spans; the name that opentracing-python has for `clear`. */
  reset(): void {
    this.clear();
  }

  /** The clock of this tracer's spans, milliseconds since 1970. */
  _nowMillis(): number {
    return this._now();
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
    if (fields.startTime !== undefined) span._startMs = fields.startTime;
    if (fields.tags) span.addTags(fields.tags);
    span._startStack = new Error(`start of ${name}`).stack;
    return span;
  }

  protected override _inject(context: SpanContext, format: string, carrier: unknown): void {
    const { baggage = {} } = context as Partial<MockContext>;
    propagatorFor(format).inject({ traceId: context.toTraceId(), spanId: context.toSpanId(), baggage }, carrier);
  }

  protected override _extract(format: string, carrier: unknown): MockContext | null {
    const propagator = propagatorFor(format);
    try {
      const state = propagator.extract(carrier);
      if (state !== null) return new MockContext(null, state);
      if (this._strict) throw new SpanContextCorruptedException('the carrier holds no context');
    } catch (error) {
      if (this._strict || !isBadInput(error)) throw error;
      this._corruptedCarriers++;
    }
    return null;
  }
}

function isBadInput(error: unknown): boolean {
  return error instanceof SpanContextCorruptedException || error instanceof InvalidCarrierException;
}

interface TracerFields {
  _spans: MockSpan[];
  _strict: boolean;
  _now: () => number;
  _corruptedCarriers: number;
}

function initialise(tracer: TracerFields & Tracer, given: MockTracerOptions | ScopeManager): void {
  const options: MockTracerOptions = isScopeManager(given) ? { scopeManager: given } : given;
  tracer.scopeManager = options.scopeManager ?? new SyncStackScopeManager();
  tracer._spans = [];
  tracer._strict = options.strict ?? false;
  tracer._now = options.nowMillis ?? Date.now;
  tracer._corruptedCarriers = 0;
}

/** A tracer for tests: keeps every span in memory. Can be called without `new` by ES5 subclasses. */
export const MockTracer: typeof MockTracerClass = /* @__PURE__ */ callable(
  'MockTracer',
  MockTracerClass,
  function (options = {}) {
    initialise(this as never, options);
  },
);
export type MockTracer = MockTracerClass;
/** @alias */
export default MockTracer;
