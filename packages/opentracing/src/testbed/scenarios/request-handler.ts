import type { Span, SpanContext, Tracer } from '../../contract.ts';
import { SPAN_KIND, SPAN_KIND_RPC_CLIENT } from '../../ext/tags.ts';

/** What a request carries from one call of the handler to the next. */
export interface RequestState {
  span?: Span;
}

/** One for all requests of a client, called before and after each. */
export class RequestHandler {
  private readonly tracer: Tracer;
  private readonly options: { ignoreActiveSpan: boolean; parent?: SpanContext };

  constructor(tracer: Tracer, options: { ignoreActiveSpan: boolean; parent?: SpanContext }) {
    this.tracer = tracer;
    this.options = options;
  }

  before(state: RequestState): void {
    const { ignoreActiveSpan, parent } = this.options;
    state.span = this.tracer.startSpan('send', { ignoreActiveSpan, childOf: parent });
    state.span.setTag(SPAN_KIND, SPAN_KIND_RPC_CLIENT);
  }

  after(state: RequestState): void {
    state.span?.finish();
  }
}
