import type { KeyValues, Span as SpanContract, SpanContext, TagValue, Tracer } from './contract.ts';
import { callable } from './internal/callable.ts';
import { markNoop } from './internal/noop-mark.ts';
import { noopTracerSlot } from './internal/noop-tracer-slot.ts';
import { noopSpanContext } from './span_context.ts';

/**
 * The base of all spans, itself the no-op.
 *
 * Tracers override the underscore methods, which get checked and uniform arguments, or the public ones.
 * It has no fields of its own, so that calls to the no-op cost next to nothing.
 */
class SpanClass implements SpanContract {
  context(): SpanContext {
    return this._context();
  }

  tracer(): Tracer {
    return this._tracer();
  }

  setOperationName(name: string): this {
    this._setOperationName(name);
    return this;
  }

  setBaggageItem(key: string, value: string): this {
    this._setBaggageItem(key, value);
    return this;
  }

  getBaggageItem(key: string): string | undefined {
    return this._getBaggageItem(key);
  }

  setTag<K extends string>(key: K, value: TagValue<K>): this {
    // Without the comparison each tag of a no-op span would cost an object that nobody reads.
    if (this._addTags !== noopAddTags) this._addTags({ [key]: value });
    return this;
  }

  addTags(keyValueMap: KeyValues): this {
    this._addTags(keyValueMap);
    return this;
  }

  log(keyValuePairs: KeyValues, timestamp?: number): this {
    this._log(keyValuePairs, timestamp);
    return this;
  }

  logEvent(eventName: string, payload: unknown): void {
    if (this._log !== noopLog) this._log({ event: eventName, payload });
  }

  finish(finishTime?: number): void {
    this._finish(finishTime);
  }

  /** Finishes the span when a `using` block is left. */
  // Where the platform has no such symbol, this is a method called "undefined": odd, and harmless.
  [Symbol.dispose](): void {
    this.finish();
  }

  /** The context; by default the no-op's. */
  protected _context(): SpanContext {
    return noopSpanContext;
  }

  /** The tracer; by default the no-op. */
  protected _tracer(): Tracer {
    return noopTracerSlot() as Tracer;
  }

  /** Takes the new name. By default does nothing. */
  protected _setOperationName(_name: string): void {}

  /** Takes an item that later children, in other processes too, are to have. By default does nothing. */
  protected _setBaggageItem(_key: string, _value: string): void {}

  /** The item, own or inherited. By default there is none. */
  protected _getBaggageItem(_key: string): string | undefined {
    return undefined;
  }

  /** Both `setTag` and `addTags` end here. */
  protected _addTags(_keyValuePairs: KeyValues): void {}

  /** @param _timestamp milliseconds since 1970, or `undefined` for now */
  protected _log(_keyValuePairs: KeyValues, _timestamp?: number): void {}

  /** @param _finishTime milliseconds since 1970, or `undefined` for now */
  protected _finish(_finishTime?: number): void {}
}

interface SpanHooks {
  _addTags: (keyValuePairs: KeyValues) => void;
  _log: (keyValuePairs: KeyValues, timestamp?: number) => void;
}

const { _addTags: noopAddTags, _log: noopLog } = SpanClass.prototype as unknown as SpanHooks;

/** A span made by {@link SpanConstructor}, with the hooks of its class. Declarations that infer one need the name. */
export interface SpanBase extends SpanClass {}

/** The class of spans. Its instances are told from others as {@link Span}, whatever copy of this package they are of. */
export interface SpanConstructor {
  new (): SpanBase;
  readonly prototype: SpanContract;
}

/** The base of all spans, itself the no-op. Can be called without `new` by ES5 subclasses. */
export const Span: SpanConstructor = /* @__PURE__ */ callable('Span', SpanClass, function () {});
export type Span = SpanContract;
/** @alias */
export default Span;

/**
 * The one span that the no-op tracer hands out. As the active span it says that tracing is switched off here
 * ({@link suppressTracing}): a tracer records nothing where its scope manager's `activeParent` is this.
 */
export const noopSpan: Span = /* @__PURE__ */ markNoop(/* @__PURE__ */ new SpanClass());
