export { MockContext } from './mock_context.ts';
export { MockSpan } from './mock_span.ts';
export { MockTracer } from './mock_tracer.ts';
