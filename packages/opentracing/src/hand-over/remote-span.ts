import { baggageOf } from '../baggage-of.ts';
import type { SpanContext, Tracer } from '../contract.ts';
import { Span } from '../span.ts';

/** Stands for a span of another thread or process, so that it can be the active one here. It records nothing. */
export class RemoteSpan extends Span {
  private readonly remoteContext: SpanContext;
  private readonly localTracer: Tracer;

  constructor(context: SpanContext, tracer: Tracer) {
    super();
    this.remoteContext = context;
    this.localTracer = tracer;
  }

  override getBaggageItem(key: string): string | undefined {
    return baggageOf(this.remoteContext)[key];
  }

  protected override _context(): SpanContext {
    return this.remoteContext;
  }

  protected override _tracer(): Tracer {
    return this.localTracer;
  }
}
