// The test of opentracing-python's README, ported; docs/coming-from-python.md shows it, guides.test.ts runs it.
import { type MockSpan, MockTracer } from '@spanwise/opentracing/mock';

export function findSomeWork(): MockSpan | undefined {
  const tracer = new MockTracer();
  {
    using _span = tracer.startSpan('someWork');
  }
  const [someWork] = tracer.finishedSpans();
  return someWork;
}
