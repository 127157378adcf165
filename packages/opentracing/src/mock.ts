export { MockContext } from './mock_tracer/mock_context.ts';
export { MockReport } from './mock_tracer/mock_report.ts';
export { MockSpan, type DebugInfo, type MockLog } from './mock_tracer/mock_span.ts';
export { MockTracer, type MockTracerOptions, type MockTracerStats } from './mock_tracer/mock_tracer.ts';
