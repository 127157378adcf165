import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { failure } from './failure.ts';
import { requireSpans } from './require-spans.ts';
import { named, shown, treesOf } from './shown.ts';
import { childOf, failureOf, followsFrom, inTraceOf, log, root, tag, type Verdict } from './verdict.ts';

/** Requires that both spans are in one trace. */
export function assertSameTrace(span: MockSpan, other: MockSpan): void {
  check(inTraceOf(span, other), true);
}

/** Requires that the spans are in two traces. */
export function assertNotSameTrace(span: MockSpan, other: MockSpan): void {
  check(inTraceOf(span, other), false);
}

/**
 * Requires that `parent` is the parent of `child`: the span of its first child-of reference, or of its first reference
 * if it has none such. The same as `parentId()`.
 */
export function assertChildOf(child: MockSpan, parent: MockSpan): void {
  check(childOf(child, parent), true);
}

/** Requires that `parent` is not the parent of `child`; see {@link assertChildOf}. */
export function assertNotChildOf(child: MockSpan, parent: MockSpan): void {
  check(childOf(child, parent), false);
}

/** Requires that one of the references of `span` is a follows-from reference to `earlier`. */
export function assertFollowsFrom(span: MockSpan, earlier: MockSpan): void {
  check(followsFrom(span, earlier), true);
}

/** Requires that `span` has no parent. */
export function assertRoot(span: MockSpan): void {
  check(root(span), true);
}

/** Requires the operation names of these spans, in this order. */
export function assertNames(spans: readonly MockSpan[], names: readonly string[]): void {
  requireSpans(...spans);
  const actual = spans.map((span) => span.operationName());
  if (shown(actual) === shown(names)) return;
  throw failure(`expected spans with the names ${shown(names)}: they are ${shown(actual)}${treesOf(spans)}`);
}

/** Requires that `span` has this name, and neither tags nor logs. */
export function assertEmptySpan(span: MockSpan, name: string): void {
  assertNames([span], [name]);
  const [tags, logs] = [span.tags(), span.logs()];
  if (Object.keys(tags).length === 0 && logs.length === 0) return;
  const found = `its tags are ${shown(tags)}, its logs ${shown(logs.map(({ fields }) => fields))}`;
  throw failure(`expected the span ${named(span)} to have neither tags nor logs: ${found}${treesOf([span])}`);
}

/**
 * Requires that `span` has this tag.
 *
 * @param value what it must be, if given; compared deeply, and may hold placeholders such as `expect.any(Number)`
 */
export function assertTag(span: MockSpan, key: string, ...value: [value?: unknown]): void {
  check(tag(span, key, ...(value as [] | [unknown])), true);
}

/**
 * Requires that `span` has a log with all of these fields; it may have others.
 *
 * @param fields values are compared deeply, and may hold placeholders such as `expect.any(Number)`
 */
export function assertLog(span: MockSpan, fields: Readonly<Record<string, unknown>>): void {
  check(log(span, fields), true);
}

function check(verdict: Verdict, expected: boolean): void {
  if (verdict.pass !== expected) throw failure(failureOf(verdict));
}
