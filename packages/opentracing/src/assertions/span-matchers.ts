import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { childOf, failureOf, followsFrom, inTraceOf, log, root, tag, type Verdict } from './verdict.ts';

/** What a matcher tells its framework. */
export interface MatcherResult {
  /** Whether the span is as the name of the matcher says. */
  pass: boolean;
  /** The text to show when that was not wanted. */
  message: () => string;
}

/**
 * Matchers on the spans of a `MockTracer`, for `expect.extend` of vitest and Jest; what they ask is said at
 * {@link SpanMatchers}.
 *
 * ```ts
 * import { spanMatchers, type SpanMatchers } from '@spanwise/opentracing/assertions';
 *
 * expect.extend(spanMatchers);
 *
 * declare module 'vitest' {
 *   interface Matchers<T = any> extends SpanMatchers<T> {}
 * }
 * ```
 *
 * For Jest the types are added so: `declare module 'expect' { interface Matchers<R> extends SpanMatchers<R> {} }` with
 * `@jest/globals`, or `declare global { namespace jest { interface Matchers<R> extends SpanMatchers<R> {} } }` with
 * `@types/jest`.
 */
export const spanMatchers: {
  /** See {@link SpanMatchers.toBeChildOf}. */
  toBeChildOf: (received: unknown, parent: MockSpan) => MatcherResult;
  /** See {@link SpanMatchers.toFollowFrom}. */
  toFollowFrom: (received: unknown, earlier: MockSpan) => MatcherResult;
  /** See {@link SpanMatchers.toHaveTag}. */
  toHaveTag: (received: unknown, key: string, ...value: [value?: unknown]) => MatcherResult;
  /** See {@link SpanMatchers.toHaveLog}. */
  toHaveLog: (received: unknown, fields: Readonly<Record<string, unknown>>) => MatcherResult;
  /** See {@link SpanMatchers.toBeRoot}. */
  toBeRoot: (received: unknown) => MatcherResult;
  /** See {@link SpanMatchers.toBeInTraceOf}. */
  toBeInTraceOf: (received: unknown, other: MockSpan) => MatcherResult;
} = {
  toBeChildOf: (received, parent) => resultOf(childOf(received as MockSpan, parent)),
  toFollowFrom: (received, earlier) => resultOf(followsFrom(received as MockSpan, earlier)),
  toHaveTag: (received, key, ...value) => resultOf(tag(received as MockSpan, key, ...(value as [] | [unknown]))),
  toHaveLog: (received, fields) => resultOf(log(received as MockSpan, fields)),
  toBeRoot: (received) => resultOf(root(received as MockSpan)),
  toBeInTraceOf: (received, other) => resultOf(inTraceOf(received as MockSpan, other)),
};

/**
 * The types of {@link spanMatchers}, for the declarations of a test framework.
 *
 * @typeParam R what the framework's matchers return
 */
export interface SpanMatchers<R = unknown> {
  /** The span's parent is `parent`: that of its first child-of reference, else of its first reference. */
  toBeChildOf(parent: MockSpan): R;
  /** One of the span's references is a follows-from reference to `earlier`. */
  toFollowFrom(earlier: MockSpan): R;
  /** The span has this tag; with this value, if one is given (it may hold placeholders such as `expect.any(Number)`). */
  toHaveTag(key: string, value?: unknown): R;
  /** The span has a log with all of these fields, and perhaps others; values as in {@link SpanMatchers.toHaveTag}. */
  toHaveLog(fields: Readonly<Record<string, unknown>>): R;
  /** The span has no parent. */
  toBeRoot(): R;
  /** Both spans are in one trace. */
  toBeInTraceOf(other: MockSpan): R;
}

function resultOf(verdict: Verdict): MatcherResult {
  return { pass: verdict.pass, message: () => failureOf(verdict) };
}
