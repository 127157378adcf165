import type * as tagNames from './ext/tags.ts';
import {
  COMPONENT,
  DB_INSTANCE,
  DB_STATEMENT,
  DB_TYPE,
  DB_USER,
  ERROR,
  HTTP_METHOD,
  HTTP_STATUS_CODE,
  HTTP_URL,
  MESSAGE_BUS_DESTINATION,
  PEER_ADDRESS,
  PEER_HOSTNAME,
  PEER_HOST_IPV4,
  PEER_HOST_IPV6,
  PEER_PORT,
  PEER_SERVICE,
  SAMPLING_PRIORITY,
  SPAN_KIND,
  SPAN_KIND_MESSAGING_CONSUMER,
  SPAN_KIND_MESSAGING_PRODUCER,
  SPAN_KIND_RPC_CLIENT,
  SPAN_KIND_RPC_SERVER,
} from './ext/tags.ts';

export { baggageOf } from './baggage-of.ts';
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
export { isNoopSpan } from './internal/noop-mark.ts';
export { SpanContext } from './span_context.ts';
export { suppressTracing } from './suppress-tracing.ts';
export { Tracer } from './tracer.ts';
export { UNTRACED } from './untraced.ts';

/**
 * Names of the standard tags. A plain object, so that tests may replace its entries; written out, because what bundlers
 * make of `{ ...module }` costs 0.3 KB.
 */
export const Tags: typeof tagNames = {
  COMPONENT,
  DB_INSTANCE,
  DB_STATEMENT,
  DB_TYPE,
  DB_USER,
  ERROR,
  HTTP_METHOD,
  HTTP_STATUS_CODE,
  HTTP_URL,
  MESSAGE_BUS_DESTINATION,
  PEER_ADDRESS,
  PEER_HOSTNAME,
  PEER_HOST_IPV4,
  PEER_HOST_IPV6,
  PEER_PORT,
  PEER_SERVICE,
  SAMPLING_PRIORITY,
  SPAN_KIND,
  SPAN_KIND_MESSAGING_CONSUMER,
  SPAN_KIND_MESSAGING_PRODUCER,
  SPAN_KIND_RPC_CLIENT,
  SPAN_KIND_RPC_SERVER,
};
