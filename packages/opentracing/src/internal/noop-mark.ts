// In the global registry, so that the no-op span of another copy of this package is known too.
const noopMark: unique symbol = /* @__PURE__ */ Symbol.for('@spanwise/opentracing.noop') as never;

/** Marks the no-op's span and its context. Not the classes: spans of tracers are derived from them. */
export function markNoop<T extends object>(value: T): T {
  Object.defineProperty(value, noopMark, { value: true });
  return value;
}

/**
 * Whether a span or context is the no-op's, of whatever copy of this package. For tracers: as the active span it says
 * that tracing is switched off (`suppressTracing`), and it is nobody's parent.
 */
export function isNoopSpan(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { [noopMark]?: true })[noopMark] === true;
}
