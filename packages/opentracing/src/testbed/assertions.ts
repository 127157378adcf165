// The assertions of opentracing-python's testbed (testbed/testcase.py), with messages that name the spans.
import { ExpectationError, same } from '../conformance-case.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';

export { same } from '../conformance-case.ts';

export function sameTrace(one: MockSpan, other: MockSpan): void {
  same(traceOf(one), traceOf(other), `the trace of ${named(one)}, which is to be that of ${named(other)}`);
}

export function notSameTrace(one: MockSpan, other: MockSpan): void {
  if (traceOf(one) !== traceOf(other)) return;
  throw new ExpectationError(`${named(one)} and ${named(other)} are in one trace`);
}

export function isChildOf(child: MockSpan, parent: MockSpan): void {
  sameTrace(child, parent);
  same(child.parentId(), parent.uuid(), `the parent of ${named(child)}, which is to be ${named(parent)}`);
}

export function isNotChildOf(child: MockSpan, parent: MockSpan): void {
  if (child.parentId() !== parent.uuid()) return;
  throw new ExpectationError(`${named(child)} is a child of ${named(parent)}`);
}

export function hasNoParent(span: MockSpan): void {
  same(span.parentId(), undefined, `the parent of ${named(span)}`);
}

/** Has this name, no tags and no logs. */
export function isEmpty(span: MockSpan, name: string): void {
  same(span.operationName(), name, 'the name');
  same(Object.keys(span.tags()).join(), '', `the tags of ${named(span)}`);
  same(span.logs().length, 0, `the number of logs of ${named(span)}`);
}

export function namesAre(spans: readonly MockSpan[], names: readonly string[]): void {
  same(spans.map((span) => span.operationName()).join(' '), names.join(' '), 'the spans, in this order');
}

/** The one span with this name. */
export function spanNamed(spans: readonly MockSpan[], name: string): MockSpan {
  return only(
    spans.filter((span) => span.operationName() === name),
    `the name "${name}"`,
  );
}

/** The one span with this tag. */
export function spanTagged(spans: readonly MockSpan[], key: string, value: unknown): MockSpan {
  return only(
    spans.filter((span) => span.tags()[key] === value),
    `the tag ${key}=${String(value)}`,
  );
}

function only(found: MockSpan[], what: string): MockSpan {
  same(found.length, 1, `the number of spans with ${what}`);
  return found[0] as MockSpan;
}

function traceOf(span: MockSpan): string {
  return span.context().toTraceId();
}

function named(span: MockSpan): string {
  return `the span "${span.operationName()}"`;
}
