import type { SpanContext as SpanContextContract } from './contract.ts';
import { callable } from './internal/callable.ts';
import { markNoop } from './internal/noop-mark.ts';

/** The base of all span contexts, itself the no-op: both ids are empty. */
class SpanContextClass implements SpanContextContract {
  toTraceId(): string {
    return '';
  }

  toSpanId(): string {
    return '';
  }
}

/** A context made by {@link SpanContextConstructor}. Declarations that infer one need the name. */
export interface SpanContextBase extends SpanContextClass {}

/** The class of span contexts. Its instances are told from others as {@link SpanContext}. */
export interface SpanContextConstructor {
  new (): SpanContextBase;
  readonly prototype: SpanContextContract;
}

/** The base of all span contexts, itself the no-op. Can be called without `new` by ES5 subclasses. */
export const SpanContext: SpanContextConstructor = /* @__PURE__ */ callable(
  'SpanContext',
  SpanContextClass,
  function () {},
);
export type SpanContext = SpanContextContract;
/** @alias */
export default SpanContext;

/** The context of the no-op span. Its baggage is no property of the class: subclasses from npm have fields of their own. */
export const noopSpanContext: SpanContext = /* @__PURE__ */ markNoop(
  /* @__PURE__ */ Object.assign(/* @__PURE__ */ new SpanContextClass(), { baggage: /* @__PURE__ */ Object.freeze({}) }),
);
