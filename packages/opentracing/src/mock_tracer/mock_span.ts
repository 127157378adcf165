import { REFERENCE_CHILD_OF } from '../constants.ts';
import type { KeyValues, Reference, SpanContext, Tracer } from '../contract.ts';
import { callable } from '../internal/callable.ts';
import { contextOf } from '../internal/context-of.ts';
import { SpanContext as SpanContextBase } from '../span_context.ts';
import { Span } from '../span.ts';
import { randomId } from './random-id.ts';

/** A span in short, for printing. */
export interface DebugInfo {
  uuid: string;
  operation: string;
  /** Duration, start, finish; the latter two since 1970. */
  millis: [number, number, number];
  tags?: KeyValues;
}

/** One call of `span.log()`. */
export interface MockLog {
  fields: KeyValues;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** Baggage as contexts show it: cannot be changed. */
export type Baggage = Readonly<Record<string, string>>;

/** What a mock context says of its span; what travels in carriers. */
export interface MockContextState {
  /** Hex digits, at most 32. */
  traceId: string;
  /** Hex digits, at most 16. */
  spanId: string;
  baggage: Readonly<Record<string, string>>;
}

/** What a mock span asks and tells its tracer beyond the API; others than a `MockTracer` have none of it. */
interface MockSpanOwner extends Tracer {
  /** Milliseconds since 1970. */
  _nowMillis?(): number;
  /** An id of so many hex digits. */
  _newId?(digits: number): string;
  /** Called after the first finish. */
  _spanFinished?(span: MockSpan): void;
  /** Called for each call after the finish, with its name. */
  _calledLate?(span: MockSpan, call: string): void;
  /** Whether a second finish throws. */
  readonly _strict?: boolean;
}

const noBaggage: Baggage = /* @__PURE__ */ Object.freeze({});

// Contexts and spans know each other, therefore one file. `mock_context.ts` is a door to it.
class MockContextClass extends SpanContextBase {
  declare protected _span: MockSpan | null;
  declare protected _state: MockContextState;

  /** @param state by default the span's of this moment; given for a context that was extracted and has no span */
  constructor(span: MockSpan | null, state?: MockContextState) {
    super();
    initialiseContext(this as never, span, state);
  }

  /**
   * The span of this context.
   *
   * @throws Error when the context was extracted from a carrier
   */
  span(): MockSpan {
    if (this._span === null)
      throw new Error('this context was extracted from a carrier: its span is in another process');
    return this._span;
  }

  /** The baggage at the moment the context was asked for; later `setBaggageItem` calls do not show. */
  get baggage(): Baggage {
    return this._state.baggage;
  }

  /** A copy that carries an item more, or with another value. The span, if there is one here, does not have it. */
  withBaggageItem(key: string, value: string): MockContext {
    // Callers without types pass numbers.
    const baggage = Object.freeze({ ...this._state.baggage, [key]: String(value as unknown) });
    return new MockContextClass(this._span, { ...this._state, baggage });
  }

  override toTraceId(): string {
    return this._state.traceId;
  }

  override toSpanId(): string {
    return this._state.spanId;
  }
}

interface ContextFields {
  _span: MockSpan | null;
  _state: MockContextState;
}

function initialiseContext(context: ContextFields, span: MockSpan | null, state?: MockContextState): void {
  context._span = span;
  context._state = state ?? (span as unknown as SpanFields)._contextState();
}

/** A context of a {@link MockTracer}. Can be called without `new` by ES5 subclasses. */
export const MockContext: typeof MockContextClass = /* @__PURE__ */ callable(
  'MockContext',
  MockContextClass,
  function (span, state) {
    initialiseContext(this as never, span, state);
  },
);
export type MockContext = MockContextClass;

/**
 * A span that remembers all it was told. Names with an underscore are those of npm opentracing, where
 * tests may read them.
 */
class MockSpanClass extends Span {
  declare _operationName: string;
  declare _tags: KeyValues;
  declare _logs: MockLog[];
  /** 0 while the span is not finished. */
  declare _finishMs: number;
  declare _mockTracer: MockSpanOwner;
  declare _uuid: string;
  declare _startMs: number;
  declare _startStack?: string | undefined;
  declare _references: Reference[];
  /** `undefined` until a reference gives one, or somebody asks. */
  declare _traceId: string | undefined;
  declare _parentId: string | undefined;
  declare _parentType: string | undefined;
  declare _baggage: Baggage;
  declare _finishOrder: number;
  declare _ignoredFinishes: number;

  constructor(tracer: Tracer) {
    super();
    initialiseSpan(this, tracer);
  }

  override context(): MockContext {
    return super.context() as MockContext;
  }

  override tracer(): Tracer {
    return this._mockTracer;
  }

  /** The span id, 16 hex characters. */
  uuid(): string {
    return this._uuid;
  }

  operationName(): string {
    return this._operationName;
  }

  /** Milliseconds from start to finish; meaningless before the finish. */
  durationMs(): number {
    return this._finishMs - this._startMs;
  }

  /** Start in milliseconds since 1970. */
  startTime(): number {
    return this._startMs;
  }

  /** Finish in milliseconds since 1970, or `undefined` before it. */
  finishTime(): number | undefined {
    return this.isFinished() ? this._finishMs : undefined;
  }

  isFinished(): boolean {
    return this._finishOrder > 0;
  }

  /** How often `finish` was called after the first time. */
  ignoredFinishes(): number {
    return this._ignoredFinishes;
  }

  tags(): KeyValues {
    return this._tags;
  }

  /** The value of one tag; `undefined` when it was not set. */
  tag(key: string): unknown {
    return Object.hasOwn(this._tags, key) ? this._tags[key] : undefined;
  }

  logs(): MockLog[] {
    return this._logs;
  }

  /** All references, in the order given, whatever their type. */
  references(): Reference[] {
    return this._references;
  }

  /** Span id of the parent: the first child-of reference, else the first reference. `undefined` for a root. */
  parentId(): string | undefined {
    return this._parentId;
  }

  /** Called by the tracer for each reference, before anybody else sees the span. */
  addReference(reference: Reference): void {
    this._references.push(reference);
    // References of other packages may hold a span, and contexts of older ones have no ids.
    const context: SpanContext | null = contextOf(reference.referencedContext());
    if (typeof context?.toSpanId !== 'function' || context.toSpanId() === '') return;
    this._baggage = Object.freeze({ ...this._baggage, ...(context as Partial<MockContext>).baggage });
    const outranks = reference.type() === REFERENCE_CHILD_OF && this._parentType !== REFERENCE_CHILD_OF;
    if (this._parentId === undefined || outranks) this._follow(context, reference.type());
  }

  /** Makes the span of `context` the parent. */
  _follow(context: SpanContext, type: string): void {
    this._traceId = context.toTraceId();
    this._parentId = context.toSpanId();
    this._parentType = type;
  }

  /** A short form for printing. */
  debug(): DebugInfo {
    const info: DebugInfo = {
      uuid: this._uuid,
      operation: this._operationName,
      millis: [this._finishMs - this._startMs, this._startMs, this._finishMs],
    };
    if (Object.keys(this._tags).length > 0) info.tags = this._tags;
    return info;
  }

  protected override _context(): MockContext {
    return new MockContextClass(this);
  }

  protected override _setOperationName(name: string): void {
    this._noteIfLate('setOperationName');
    this._operationName = name;
  }

  protected override _setBaggageItem(key: string, value: string): void {
    this._noteIfLate('setBaggageItem');
    // Callers without types pass numbers.
    this._baggage = Object.freeze({ ...this._baggage, [key]: String(value as unknown) });
  }

  protected override _getBaggageItem(key: string): string | undefined {
    return Object.hasOwn(this._baggage, key) ? this._baggage[key] : undefined;
  }

  protected override _addTags(keyValues: KeyValues): void {
    this._noteIfLate('setTag');
    // Not assigned: a key may be "__proto__".
    Object.defineProperties(this._tags, Object.getOwnPropertyDescriptors({ ...keyValues }));
  }

  protected override _log(fields: KeyValues, timestamp?: number): void {
    this._noteIfLate('log');
    this._logs.push({ fields, timestamp: timestamp ?? nowOf(this._mockTracer) });
  }

  protected override _finish(finishTime?: number): void {
    this._noteIfLate('finish');
    if (this._finishOrder > 0) {
      this._ignoredFinishes++;
      if (this._mockTracer?._strict) {
        // The mark lets it through where errors of tracers are kept from the application.
        throw Object.assign(new Error(`the span "${this._operationName}" was finished before`), { strict: true });
      }
      return;
    }
    this._finishOrder = ++finishes;
    this._finishMs = finishTime ?? nowOf(this._mockTracer);
    this._mockTracer?._spanFinished?.(this);
  }

  _contextState(): MockContextState {
    this._traceId ??= newIdOf(this._mockTracer, 32);
    return { traceId: this._traceId, spanId: this._uuid, baggage: this._baggage };
  }

  /** Late calls take effect, as in npm opentracing; tests can ask whether there were any. */
  private _noteIfLate(call: string): void {
    if (this._finishOrder > 0) this._mockTracer?._calledLate?.(this, call);
  }
}

type SpanFields = Pick<MockSpanClass, '_contextState'>;

/** Numbers the finishes, for the order of `finishedSpans()`: several may fall into one millisecond. */
let finishes = 0;

function nowOf(tracer: MockSpanOwner | undefined): number {
  return tracer?._nowMillis?.() ?? Date.now();
}

function newIdOf(tracer: MockSpanOwner | undefined, digits: number): string {
  return tracer?._newId?.(digits) ?? randomId(digits);
}

function initialiseSpan(span: MockSpanClass, tracer: Tracer): void {
  span._mockTracer = tracer;
  span._uuid = newIdOf(tracer, 16);
  span._traceId = undefined;
  span._parentId = undefined;
  span._parentType = undefined;
  span._references = [];
  span._baggage = noBaggage;
  span._startMs = nowOf(tracer);
  span._finishMs = 0;
  span._finishOrder = 0;
  span._ignoredFinishes = 0;
  span._operationName = '';
  span._tags = {};
  span._logs = [];
}

/** A span of a {@link MockTracer}. Can be called without `new` by ES5 subclasses. */
export const MockSpan: typeof MockSpanClass = /* @__PURE__ */ callable('MockSpan', MockSpanClass, function (tracer) {
  initialiseSpan(this, tracer);
});
export type MockSpan = MockSpanClass;
/** @alias */
export default MockSpan;
