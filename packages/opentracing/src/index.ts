import * as tagNames from './ext/tags.ts';

export { BinaryCarrier } from './binary_carrier.ts';
export * from './constants.ts';
export type {
  ActiveSpanOptions,
  Done,
  KeyValues,
  ScopeOptions,
  SpanOptions,
  Tag,
  TagValue,
  WrapOptions,
} from './contract.ts';
export { errorFields } from './error-fields.ts';
export { InvalidCarrierException, SpanContextCorruptedException, UnsupportedFormatException } from './exceptions.ts';
export { childOf, followsFrom, startChildSpan } from './functions.ts';
export { globalTracer, initGlobalTracer, isGlobalTracerRegistered, releaseGlobalTracer } from './global_tracer.ts';
export { MockTracer } from './mock_tracer/mock_tracer.ts';
export { recordError } from './record-error.ts';
export { Reference } from './reference.ts';
export { Scope } from './scope.ts';
export { ScopeManager } from './scope-manager.ts';
export { noopSpan, Span } from './span.ts';
export { SpanContext } from './span_context.ts';
export { suppressTracing } from './suppress-tracing.ts';
export { Tracer } from './tracer.ts';
export { UNTRACED } from './untraced.ts';

/** Names of the standard tags. A plain object, so that tests may replace its entries. */
export const Tags: typeof tagNames = { ...tagNames };
