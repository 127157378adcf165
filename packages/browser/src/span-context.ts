import type { SpanContext } from '@spanwise/opentracing';

/** A span that was started below another one in the page. */
export interface ChildSpan {
  /** Called once, with the time of the end in milliseconds since 1970. @internal */
  onFinish: ((millis: number) => void) | undefined;
}

/** Baggage items by key. */
export type Baggage = Readonly<Record<string, string>>;

/**
 * The part of a span that travels, with ids as text: a page makes few spans, and writes each id out once. Its fields do not change.
 * Contexts come from `span.context()` and `tracer.extract`.
 */
export class PageSpanContext implements SpanContext {
  /** Whether the span is recorded; its children follow. */
  readonly sampled: boolean;
  /** W3C's trace flags: 1 for sampled, 2 where the trace id is known to be random (level 2). */
  readonly flags: number;
  /** W3C `tracestate`, empty when absent. */
  readonly traceState: string;
  /** Read-only; `{}` when there is none. */
  readonly baggage: Baggage;
  /**
   * Milliseconds from the page's monotonic clock to the wall clock, the same for all spans of this trace that the page
   * makes; `undefined` for contexts of other processes.
   */
  readonly clockOffset: number | undefined;
  /** Told of every child that starts here, for a span that lasts as long as what it caused. @internal */
  onChild: ((child: ChildSpan) => void) | undefined;
  readonly #traceId: string;
  readonly #spanId: string;

  /** For the tracer. @internal */
  constructor(
    traceId: string,
    spanId: string,
    flags: number,
    traceState: string,
    baggage: Baggage,
    clockOffset?: number,
  ) {
    this.#traceId = traceId;
    this.#spanId = spanId;
    this.sampled = (flags & 1) === 1;
    this.flags = flags;
    this.traceState = traceState;
    this.baggage = baggage;
    this.clockOffset = clockOffset;
  }

  /** 32 lower-case hex digits. */
  toTraceId(): string {
    return this.#traceId;
  }

  /** 16 lower-case hex digits. */
  toSpanId(): string {
    return this.#spanId;
  }
}
