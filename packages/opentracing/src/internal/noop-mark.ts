import type { Span, SpanContext } from '../contract.ts';
import { classDepth } from './class-depth.ts';
import { contextOf } from './context-of.ts';
import { isObject } from './is-object.ts';

// In the global registry, so that spans of another copy of this package are known too.
const noopMark: unique symbol = /* @__PURE__ */ Symbol.for('@spanwise/opentracing.noop') as never;
const detachedMark: unique symbol = /* @__PURE__ */ Symbol.for('@spanwise/opentracing.detached') as never;

type Marked = { [noopMark]?: true; [detachedMark]?: true };

/** Marks the no-op's span and its context. Not the classes: spans of tracers are derived from them. */
export function markNoop<T extends object>(value: T, mark: keyof Marked = noopMark): T {
  return Object.defineProperty(value, mark, { value: true });
}

/** Marks the span that stands for "no span here". */
export function markDetached<T extends object>(value: T): T {
  return markNoop(value, detachedMark);
}

/**
 * Whether a span or context is the no-op's, of whatever copy of this package. For tracers: as the active span it says
 * that tracing is switched off (`suppressTracing`), and it is nobody's parent.
 */
export function isNoopSpan(value: unknown): boolean {
  return (value as Marked | null | undefined)?.[noopMark] === true;
}

/** Whether a span stands for "no span here", in whatever copy of this package. */
export function isDetachedSpan(span: Span | null): boolean {
  return Boolean((span as Marked | null)?.[detachedMark]);
}

/**
 * Whether a parent is the no-op of npm opentracing, which has no mark: its very base class, without a field, and without
 * ids. Contexts of tracers written for npm may have no ids either, but fields, or a class of their own.
 */
export function isNpmNoop(parent: Span | SpanContext): boolean {
  if (!isBare(parent)) return false;
  const context: Partial<SpanContext> = contextOf(parent);
  return isBare(context) && !context.toSpanId?.() && !context.toTraceId?.();
}

/** Of a class that extends none, and without fields. */
function isBare(value: unknown): boolean {
  return isObject(value) && classDepth(value) === 1 && Reflect.ownKeys(value).length === 0;
}
