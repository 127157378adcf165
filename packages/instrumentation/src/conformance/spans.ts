import type { Span } from '@spanwise/opentracing';
import { type MockSpan, MockTracer } from '@spanwise/opentracing/mock';
import { AsyncLocalStorageScopeManager } from '@spanwise/opentracing/scope-managers/async-local-storage';

import { required, same, sameData } from './assert.ts';
import { within } from './waiting.ts';

// One for all cases: in Node 20 each storage that was ever used makes every asynchronous call slower.
const scopeManager = /* @__PURE__ */ new AsyncLocalStorageScopeManager();

/** The tracer of a case: its active span follows asynchronous calls. */
export function mockTracer(): MockTracer {
  return new MockTracer({ scopeManager });
}

/** Runs a case where no span is active, whatever the cases before it have left behind. */
export function apart<T>(work: () => T): T {
  return scopeManager.runDetached(work);
}

/** Waits until no span is open, and gives the finished ones. To be called when the spans in question have started. */
export async function settledSpans(tracer: MockTracer, deadlineMillis: number): Promise<MockSpan[]> {
  // A wait that fails says which spans are open, instead of only that some are.
  await within(tracer.whenIdle(), deadlineMillis, 'the end of every span').catch((error: Error) => {
    throw new Error(`${error.message}; open: ${namesOf(tracer.unfinishedSpans())}`);
  });
  return tracer.finishedSpans();
}

/** The only span of a kind (`client`, `server`) among others that the application made. */
export function onlySpan(spans: readonly MockSpan[], kind: string): MockSpan {
  const found = spans.filter((span) => span.tag('span.kind') === kind);
  required(found.length === 1, `expected one span of kind ${kind}, found ${found.length} among: ${namesOf(spans)}`);
  return found[0]!;
}

/** The only span of a name that a case gave. */
export function namedSpan(spans: readonly MockSpan[], name: string): MockSpan {
  const found = spans.find((span) => span.operationName() === name);
  required(found !== undefined, `no span "${name}" among: ${namesOf(spans)}`);
  return found;
}

/** Fails a case unless `span` is the child of `parent`, in its trace. */
export function requireChild(span: MockSpan, parent: Span): void {
  same(span.parentId(), parent.context().toSpanId(), `the parent of "${span.operationName()}"`);
  same(span.context().toTraceId(), parent.context().toTraceId(), `the trace of "${span.operationName()}"`);
}

/** Fails a case unless `span` begins a trace. */
export function requireRoot(span: MockSpan): void {
  same(span.parentId(), undefined, `the parent of "${span.operationName()}"`);
}

/** Fails a case unless `span` is marked as failed. */
export function requireError(span: MockSpan): void {
  same(span.tag('error'), true, `the tag error of "${span.operationName()}"`);
}

/** Fails a case unless one log of `span` holds the error, as OpenTracing's conventions have it. */
export function requireErrorLog(span: MockSpan, message: string): void {
  const logs = span.logs().filter(({ fields }) => fields['event'] === 'error');
  const messages = logs.map(({ fields }) => fields['message'] ?? messageOf(fields['error.object']));
  sameData(messages, [message], `the messages of the error logs of "${span.operationName()}"`);
}

/** Fails a case when a span was finished again, or written to after its finish. */
export function requireNoLateCalls(tracer: MockTracer): void {
  sameData(
    tracer.generatedErrors().map((error) => error.split('\n')[0]),
    [],
    'calls to spans after their finish',
  );
}

function messageOf(error: unknown): unknown {
  return (error as { message?: unknown } | undefined)?.message;
}

function namesOf(spans: readonly MockSpan[]): string {
  return spans.map((span) => `"${span.operationName()}"`).join(', ') || 'none';
}
