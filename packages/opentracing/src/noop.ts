import { noopTracer } from './tracer.ts';
import { noopSpan } from './span.ts';
import { noopSpanContext } from './span_context.ts';

// A deep module of npm opentracing. There the three are null until `initialize()`; here they always exist.
export { noopTracer as tracer, noopSpan as span, noopSpanContext as spanContext };

/** Does nothing; npm opentracing needs it. */
export function initialize(): void {}
