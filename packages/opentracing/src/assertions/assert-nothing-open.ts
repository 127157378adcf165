import type { Span } from '../contract.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import type { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { failure } from './failure.ts';
import { named } from './shown.ts';

/** How many lines of a stack a message shows. */
const shownFrames = 4;

/**
 * Requires that all spans of `tracer` are finished and no scope is active here: for the end of each test. The message
 * says where what is open was started.
 */
export function assertNothingOpen(tracer: Pick<MockTracer, 'unfinishedSpans' | 'scopeManager' | 'toTree'>): void {
  const open = tracer.unfinishedSpans().map((span) => `the span ${named(span)} is not finished${startOf(span)}`);
  const { active, activeParent } = tracer.scopeManager;
  // A manager that keeps no scope answers with the no-op's, which gives nobody a parent.
  if (active !== null && activeParent !== null)
    open.push(`a scope of the span ${nameOf(active.span)} is active here${startOf(active.span)}`);
  if (open.length === 0) return;
  const list = open.map((entry) => `\n- ${entry}`).join('');
  throw failure(`expected nothing to be open:${list}\n\n${tracer.toTree()}`.trimEnd());
}

/** The active span may be of another tracer. */
function nameOf(span: Span): string {
  return 'operationName' in span ? named(span as MockSpan) : span.context().toSpanId();
}

function startOf(span: Span): string {
  const { _startStack: stack } = span as Partial<MockSpan>;
  const frames = framesOf(stack ?? '');
  return frames.length === 0 ? '' : `; it was started${frames.map((frame) => `\n    ${frame}`).join('')}`;
}

/** Where the application started the span: the stack without the methods of tracers on its top. */
function framesOf(stack: string): string[] {
  // With a place in them, frames can be told from V8's first line, which is the message.
  const frames = stack.split('\n').filter((line) => /:\d+:\d+\)?$/.test(line));
  const application = frames.findIndex((line) => !/\b(_?start(Active|Child)?Span|withActiveSpan)\b/.test(line));
  const start = Math.max(application, 0);
  return frames.slice(start, start + shownFrames).map((frame) => frame.trim());
}
