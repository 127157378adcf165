import { SpanContext } from '@spanwise/opentracing';
import { formatSpanId, formatTraceId128 } from '@spanwise/wire/propagation';

import { textOf } from './attribute-value.ts';
import { withBaggageItem } from './internal/baggage.ts';
import { defaultLimits } from './limits.ts';
import type { Baggage } from './propagation/propagator.ts';
import { hasIds, hasTraceId } from './propagation/propagator.ts';
import type { TraceIdentity } from './trace-identity.ts';

/**
 * The part of a span that travels. Immutable, free of the span, and made only when somebody asks for it: the tracer
 * itself reads spans directly. Ids are 32-bit words; hex is written on request.
 */
export class SpanwiseSpanContext extends SpanContext implements TraceIdentity {
  /** The first 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  declare readonly traceId0: number;
  /** The next 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  declare readonly traceId1: number;
  /** The next 32 bits of the trace id, signed. */
  declare readonly traceId2: number;
  /** The last 32 bits of the trace id, signed. */
  declare readonly traceId3: number;
  /** The first 32 bits of the span id, signed. */
  declare readonly spanId0: number;
  /** The last 32 bits of the span id, signed. */
  declare readonly spanId1: number;
  /** W3C trace flags. */
  declare readonly flags: number;
  /** False when the sender left the sampling decision to us. */
  declare readonly samplingKnown: boolean;
  declare readonly debug: boolean;
  /** W3C `tracestate`, empty when absent. */
  declare readonly traceState: string;
  /** See {@link SpanwiseSpanContext.baggage}. */
  declare readonly baggageItems: Baggage;
  declare readonly isRemote: boolean;

  /**
   * Contexts come from `span.context()` and `tracer.extract`; tests may make their own.
   *
   * @param identity is copied from
   * @param isRemote whether it came from another process
   */
  constructor(identity: Readonly<Omit<TraceIdentity, 'isRemote'>>, isRemote: boolean) {
    super();
    this.traceId0 = identity.traceId0;
    this.traceId1 = identity.traceId1;
    this.traceId2 = identity.traceId2;
    this.traceId3 = identity.traceId3;
    this.spanId0 = identity.spanId0;
    this.spanId1 = identity.spanId1;
    this.flags = identity.flags & 0xff;
    this.samplingKnown = identity.samplingKnown;
    this.debug = identity.debug;
    this.traceState = identity.traceState;
    this.baggageItems = identity.baggageItems;
    this.isRemote = isRemote;
  }

  /** Read-only; `{}` when there is none. */
  get baggage(): Baggage {
    return this.baggageItems;
  }

  /**
   * A copy that carries an item more, or with another value; the same when that would break a limit, which here are the
   * defaults. For contexts of other processes: a span has `setBaggageItem`.
   */
  withBaggageItem(key: string, value: string): SpanwiseSpanContext {
    const baggageItems = withBaggageItem(this.baggageItems, textOf(key), textOf(value), defaultLimits);
    if (baggageItems === undefined) return this;
    return contextOf({ ...(this as TraceIdentity), baggageItems }, this.isRemote);
  }

  /** 32 lower-case hex digits, or empty for a context that carries no ids. */
  override toTraceId(): string {
    return hasTraceId(this) ? formatTraceId128(this) : '';
  }

  /** 16 lower-case hex digits, or empty for a context that carries no ids. */
  override toSpanId(): string {
    return hasIds(this) ? formatSpanId(this) : '';
  }
}

/**
 * A context without ids, from somebody who gave the trace that is to begin a name. A class of its own, so that others
 * have no field for it.
 */
class DebugIdContext extends SpanwiseSpanContext {
  declare readonly debugId: string;

  constructor(identity: Readonly<Omit<TraceIdentity, 'isRemote'>>, debugId: string) {
    super(identity, true);
    this.debugId = debugId;
  }
}

/** The context of an identity, of the class that has a field for its debug id where it has one. */
export function contextOf(identity: Readonly<Omit<TraceIdentity, 'isRemote'>>, isRemote: boolean): SpanwiseSpanContext {
  const { debugId } = identity;
  return debugId ? new DebugIdContext(identity, debugId) : new SpanwiseSpanContext(identity, isRemote);
}
