import type { Span, SpanContext, Tracer } from '../contract.ts';

/** Whose context to hand over. */
export interface SendOptions {
  /** Any OpenTracing tracer that knows `FORMAT_TEXT_MAP`. Default: `globalTracer()`. */
  tracer?: Tracer | undefined;
  /** The span or context to hand over instead of the active one; `null` hands over none. */
  context?: Span | SpanContext | null | undefined;
}

/** How to send a message over a port. */
export interface SendTracedOptions extends SendOptions {
  /** What to transfer rather than to clone, as for `postMessage`. Ports of processes transfer nothing and ignore it. */
  transferList?: readonly unknown[] | undefined;
}

/** Who reads a context that was handed over. */
export interface ReceiveOptions {
  /** Any OpenTracing tracer that knows `FORMAT_TEXT_MAP`. Default: `globalTracer()`. */
  tracer?: Tracer | undefined;
}
