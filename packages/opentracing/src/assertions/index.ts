// Assertions on the spans of a MockTracer, for any test framework.
export { assertNothingOpen } from './assert-nothing-open.ts';
export {
  assertChildOf,
  assertEmptySpan,
  assertFollowsFrom,
  assertLog,
  assertNames,
  assertNotChildOf,
  assertNotSameTrace,
  assertRoot,
  assertSameTrace,
  assertTag,
} from './assert-spans.ts';
export { type MatcherResult, spanMatchers, type SpanMatchers } from './span-matchers.ts';
