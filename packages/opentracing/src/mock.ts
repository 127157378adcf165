export { MockContext } from './mock_tracer/mock_context.ts';
export { MockReport } from './mock_tracer/mock_report.ts';
export { MockSpan, type DebugInfo, type MockContextState, type MockLog } from './mock_tracer/mock_span.ts';
export { MockTracer, type MockTracerOptions, type MockTracerStats } from './mock_tracer/mock_tracer.ts';
export type { MockPropagator } from './mock_tracer/propagation.ts';
