import { REFERENCE_CHILD_OF } from '../constants.ts';
import type { KeyValues, Reference, SpanContext, Tracer } from '../contract.ts';
import { callable } from '../internal/callable.ts';
import { contextOf } from '../internal/context-of.ts';
import { SpanContext as SpanContextBase } from '../span_context.ts';
import { Span } from '../span.ts';
import { randomId } from './random-id.ts';

/** A span in short, for printing. */
export interface DebugInfo {
  /** The span id, see {@link MockSpan.uuid}. */
  uuid: string;
  /** The operation name. */
  operation: string;
  /** Duration, start, finish; the latter two since 1970. */
  millis: [number, number, number];
  /** The span's own tags, not a copy; left out when there are none. */
  tags?: KeyValues;
}

/** One call of `span.log()`. */
export interface MockLog {
  /** What was logged: the object that was given, not a copy. */
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
  /** All items, own and inherited; `{}` when there are none. */
  baggage: Readonly<Record<string, string>>;
}

/** What a mock span asks and tells its tracer beyond the API; others than a `MockTracer` have none of it. */
export interface MockSpanOwner extends Tracer {
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
/** A context of a {@link MockTracer}: the ids and the baggage of the moment in which it was asked for. */
class MockContextClass extends SpanContextBase {
  /** `null` when the context was extracted from a carrier. */
  declare protected _span: MockSpan | null;
  /** Ids and baggage; never changed. */
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

/** The class of {@link MockContext}. */
export interface MockContextConstructor {
  /** @param state by default the span's of this moment; given for a context that was extracted and has no span */
  new (span: MockSpan | null, state?: MockContextState): MockContext;
  readonly prototype: MockContext;
}

/** A context of a {@link MockTracer}. Can be called without `new` by ES5 subclasses. */
export const MockContext: MockContextConstructor = /* @__PURE__ */ callable(
  'MockContext',
  MockContextClass,
  function (span, state) {
    initialiseContext(this as never, span, state);
  },
);
/** A context of a {@link MockTracer}: the ids and the baggage of the moment in which it was asked for. */
export interface MockContext extends MockContextClass {}

/**
 * A span that remembers all it was told. Names with an underscore are those of npm opentracing, where
 * tests may read them.
 */
class MockSpanClass extends Span {
  /** The name of the moment, see {@link MockSpan.operationName}. */
  declare _operationName: string;
  /** All tags, see {@link MockSpan.tags}. */
  declare _tags: KeyValues;
  /** All logs, see {@link MockSpan.logs}. */
  declare _logs: MockLog[];
  /** 0 while the span is not finished. */
  declare _finishMs: number;
  /** The tracer that made this span, see {@link MockSpan.tracer}. */
  declare _mockTracer: MockSpanOwner;
  /** The span id, see {@link MockSpan.uuid}. */
  declare _uuid: string;
  /** Start in milliseconds since 1970, see {@link MockSpan.startTime}. */
  declare _startMs: number;
  /** The stack of `startSpan`, for people; `undefined` for spans that were not made by a tracer's `startSpan`. */
  declare _startStack?: string | undefined;
  /** All references, see {@link MockSpan.references}. */
  declare _references: Reference[];
  /** `undefined` until a reference gives one, or somebody asks. */
  declare _traceId: string | undefined;
  /** Span id of the parent, see {@link MockSpan.parentId}. */
  declare _parentId: string | undefined;
  /** The type of the reference that gave the parent, such as `child_of`; `undefined` for a root. */
  declare _parentType: string | undefined;
  /** Own items and inherited ones. Frozen: `setBaggageItem` puts another object here. */
  declare _baggage: Baggage;
  /**
   * Counts the finishes of the process from 1, for the order of `finishedSpans()`; 0 while the span is not finished.
   */
  declare _finishOrder: number;
  /** How often it was finished again, see {@link MockSpan.ignoredFinishes}. */
  declare _ignoredFinishes: number;

  /**
   * Most code calls `startSpan`: a span made by hand is in no report.
   *
   * @param tracer gives ids and times when it is a `MockTracer`; else they are random, and those of `Date.now`
   */
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

  /** The operation name of the moment: the last one that was set. `''` when none was given. */
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

  /** Whether `finish` was called. */
  isFinished(): boolean {
    return this._finishOrder > 0;
  }

  /** How often `finish` was called after the first time. */
  ignoredFinishes(): number {
    return this._ignoredFinishes;
  }

  /**
   * All tags, whatever their type: the span's own object, which later calls of `setTag` change; to compare, not to
   * write to.
   */
  tags(): KeyValues {
    return this._tags;
  }

  /** The value of one tag; `undefined` when it was not set. */
  tag(key: string): unknown {
    return Object.hasOwn(this._tags, key) ? this._tags[key] : undefined;
  }

  /** All logs, in the order of the calls: the span's own list, which later calls of `log` change. */
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

  /** Takes the name, also after the finish, which is counted. */
  protected override _setOperationName(name: string): void {
    this._noteIfLate('setOperationName');
    this._operationName = name;
  }

  /** Replaces the baggage by one with the item. Contexts that were asked for before keep theirs. */
  protected override _setBaggageItem(key: string, value: string): void {
    this._noteIfLate('setBaggageItem');
    // Callers without types pass numbers.
    this._baggage = Object.freeze({ ...this._baggage, [key]: String(value as unknown) });
  }

  /** The item of this name, own or inherited; `undefined` when there is none. */
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

  /** Ids and baggage of this moment. A root that nobody asked for its trace id takes one here. */
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

/** The class of {@link MockSpan}. */
export interface MockSpanConstructor {
  /** @param tracer gives ids and times when it is a `MockTracer`; else they are random, and those of `Date.now` */
  new (tracer: Tracer): MockSpan;
  readonly prototype: MockSpan;
}

/** A span of a {@link MockTracer}. Can be called without `new` by ES5 subclasses. */
export const MockSpan: MockSpanConstructor = /* @__PURE__ */ callable('MockSpan', MockSpanClass, function (tracer) {
  initialiseSpan(this, tracer);
});
/** A span that remembers all it was told. */
export interface MockSpan extends MockSpanClass {}
/** @alias */
export default MockSpan;
