import { beforeAll, describe, expect, it } from 'vitest';

import { followsFrom } from '../functions.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { spanMatchers, type SpanMatchers } from './index.ts';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any -- as vitest declares it
  interface Matchers<T = any> extends SpanMatchers<T> {}
}

beforeAll(() => {
  expect.extend(spanMatchers);
});

const tracer = new MockTracer({ ids: 'sequential' });
const root = tracer.startSpan('root', { tags: { a: 1, none: undefined } }).log({ event: 'x', size: 2 });
const child = tracer.startSpan('child', { childOf: root });
const follower = tracer.startSpan('follower', { references: [followsFrom(child)] });
const other = tracer.startSpan('other');

describe('expect.extend(spanMatchers)', () => {
  it('adds matchers that hold', () => {
    expect(child).toBeChildOf(root);
    expect(follower).toFollowFrom(child);
    expect(root).toHaveTag('a');
    expect(root).toHaveTag('a', 1);
    expect(root).toHaveTag('a', expect.any(Number));
    expect(root).toHaveTag('none', undefined);
    expect(root).toHaveLog({ event: 'x' });
    expect(root).toHaveLog({ size: expect.any(Number) });
    expect(root).toBeRoot();
    expect(follower).toBeInTraceOf(root);
  });

  it('adds matchers that hold negated', () => {
    expect(root).not.toBeChildOf(child);
    expect(child).not.toFollowFrom(root);
    expect(root).not.toHaveTag('b');
    expect(root).not.toHaveTag('a', 2);
    expect(root).not.toHaveTag('a', undefined);
    expect(root).not.toHaveLog({ event: 'y' });
    expect(child).not.toBeRoot();
    expect(other).not.toBeInTraceOf(root);
  });

  it.each([
    [
      () => expect(other).toBeChildOf(root),
      /^expected the span "other" \(0+5\) to be a child of "root" \(0+1\): it has no parent\n\nroot/,
    ],
    [() => expect(child).not.toBeChildOf(root), /^expected the span "child" \(0+3\) not to be a child of "root"/],
    [() => expect(child).toFollowFrom(root), /to follow from "root" \(0+1\): its references are child_of 0+1 of 0+2\n/],
    [() => expect(follower).not.toFollowFrom(child), /not to follow from "child"/],
    [() => expect(root).toHaveTag('b', 2), /to have the tag b=2: its tags are \{"a":1\}/],
    [() => expect(root).not.toHaveTag('a'), /not to have the tag a: /],
    [
      () => expect(root).toHaveLog({ event: 'y' }),
      /to have a log with \{"event":"y"\}: its logs are \{"event":"x","size":2\}/,
    ],
    [() => expect(root).not.toHaveLog({ event: 'x' }), /not to have a log with/],
    [() => expect(child).toBeRoot(), /to be a root: its parent is 0+1\n/],
    [() => expect(root).not.toBeRoot(), /not to be a root: it has no parent/],
    [() => expect(other).toBeInTraceOf(root), /to be in the trace of "root" \(0+1\): their traces are 0+6 and 0+2\n/],
    [() => expect(child).not.toBeInTraceOf(root), /not to be in the trace of "root".*: both are in the trace 0+2/],
  ])('%s fails with a message', (matcher, message) => {
    expect(matcher).toThrow(message);
  });

  it('takes spans of the mock tracer only, negated or not', () => {
    for (const [candidate, shown] of [
      [null, 'null'],
      [undefined, 'undefined'],
      ['span', '"span"'],
      [Object.create(null), '[object Object]'],
      [[root], '[object Array]'],
    ]) {
      const message = `expected a span of a MockTracer, was ${shown as string}`;
      for (const matchers of [expect(candidate), expect(candidate).not]) {
        for (const ask of [
          () => matchers.toBeRoot(),
          () => matchers.toHaveTag('a'),
          () => matchers.toHaveLog({}),
          () => matchers.toBeChildOf(root),
          () => matchers.toFollowFrom(root),
          () => matchers.toBeInTraceOf(root),
        ]) {
          expect(ask).toThrow(message);
        }
      }
      for (const matchers of [expect(root), expect(root).not]) {
        for (const ask of [
          () => matchers.toBeChildOf(candidate as never),
          () => matchers.toFollowFrom(candidate as never),
          () => matchers.toBeInTraceOf(candidate as never),
        ]) {
          expect(ask).toThrow(message);
        }
      }
    }
  });
});

describe('spanMatchers', () => {
  it('need nothing of the framework that calls them', () => {
    const { toBeRoot } = spanMatchers;
    expect(toBeRoot(root).pass).toBe(true);
    expect(toBeRoot(child)).toEqual({ pass: false, message: expect.any(Function) });
    expect(toBeRoot(child).message()).toContain('to be a root');
  });
});
