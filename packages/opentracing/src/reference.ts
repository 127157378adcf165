import type { Reference as ReferenceContract, Span, SpanContext } from './contract.ts';
import { callable } from './internal/callable.ts';
import { contextOf } from './internal/context-of.ts';

/** A causal link. Use this class inside the package: it is faster to construct than {@link Reference}. */
export class ReferenceClass implements ReferenceContract {
  // Names of npm opentracing, where subclasses may read them.
  /** See {@link ReferenceClass.type}. For subclasses, as in npm opentracing. */
  protected _type: string;
  /** See {@link ReferenceClass.referencedContext}. For subclasses, as in npm opentracing. */
  protected _referencedContext: SpanContext;

  /** @param referencedContext a span may be given too; its context is taken */
  constructor(type: string, referencedContext: SpanContext | Span | null | undefined) {
    this._type = type;
    // Of a reference to nothing only the type says otherwise: everybody who is handed references is handed real ones.
    this._referencedContext = contextOf(referencedContext as SpanContext | Span);
  }

  type(): string {
    return this._type;
  }

  referencedContext(): SpanContext {
    return this._referencedContext;
  }
}

interface ReferenceFields {
  _type: string;
  _referencedContext: SpanContext;
}

/** The class of references. Its instances are told from others as {@link Reference}. */
export interface ReferenceConstructor {
  /** @param referencedContext a span may be given too; its context is taken */
  new (type: string, referencedContext: SpanContext | Span | null | undefined): ReferenceClass;
  readonly prototype: ReferenceContract;
}

/** A causal link from a new span to an older one. Can be called without `new` by ES5 subclasses. */
export const Reference: ReferenceConstructor = /* @__PURE__ */ callable(
  'Reference',
  ReferenceClass,
  function (type, referencedContext) {
    const fields = this as unknown as ReferenceFields;
    fields._type = type;
    fields._referencedContext = contextOf(referencedContext as SpanContext | Span);
  },
);
export type Reference = ReferenceContract;
/** @alias */
export default Reference;
