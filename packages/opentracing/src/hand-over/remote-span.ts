import { baggageOf } from '../baggage-of.ts';
import type { SpanContext, Tracer } from '../contract.ts';
import { Span } from '../span.ts';

/**
 * Contexts that can be asked for a copy with one more item of baggage: those of this package's tracers, and
 * jaeger-client's.
 */
interface CarryingContext extends SpanContext {
  withBaggageItem?(key: string, value: string): SpanContext;
}

/**
 * Stands for a span of another thread or process, so that it can be the active one here. It records nothing. Baggage that
 * is set on it travels on from here, and not back; it is lost for tracers whose contexts take none.
 */
export class RemoteSpan extends Span {
  private remoteContext: CarryingContext;
  private readonly localTracer: Tracer;

  constructor(context: SpanContext, tracer: Tracer) {
    super();
    this.remoteContext = context;
    this.localTracer = tracer;
  }

  override getBaggageItem(key: string): string | undefined {
    const baggage = baggageOf(this.remoteContext);
    return Object.hasOwn(baggage, key) ? baggage[key] : undefined;
  }

  protected override _setBaggageItem(key: string, value: string): void {
    this.remoteContext = this.remoteContext.withBaggageItem?.(key, value) ?? this.remoteContext;
  }

  protected override _context(): SpanContext {
    return this.remoteContext;
  }

  protected override _tracer(): Tracer {
    return this.localTracer;
  }
}
