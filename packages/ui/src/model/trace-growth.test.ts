import { describe, expect, it } from 'vitest';
import { testOriginMicros, traceOf } from './testing/trace-of.ts';
import type { TestSpan } from './testing/trace-of.ts';
import { mayGrow, sameSpans } from './trace-growth.ts';

const root: TestSpan = { id: 1, start: 0, duration: 1_000_000 };
const child: TestSpan = { id: 2, parent: 1, start: 100, duration: 600 };
const endMillis = testOriginMicros / 1000 + 1000;

describe('whether spans of a trace may still arrive', () => {
  it.each([
    ['whole', traceOf(root, child), 15],
    ['without its root', traceOf({ ...root, parent: 7 }, child), 120],
    ['with a span that is not finished', traceOf(root, { ...child, more: { unfinished: true } }), 120],
  ])('a trace %s is waited for', (_, model, seconds) => {
    expect(mayGrow(model, endMillis + seconds * 1000 - 1)).toBe(true);
    expect(mayGrow(model, endMillis + seconds * 1000)).toBe(false);
  });

  it('not of one that would take long to draw again and again', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => ({ ...child, id: at + 2 }));
    expect(mayGrow(traceOf(root, ...many(19_999)), endMillis)).toBe(true);
    expect(mayGrow(traceOf(root, ...many(20_000)), endMillis)).toBe(false);
  });

  it('nor of one whose clock says that it is yet to come', () => {
    expect(mayGrow(traceOf(root, child), endMillis - 119_999)).toBe(true);
    expect(mayGrow(traceOf(root, child), endMillis - 120_000)).toBe(false);
  });

  it('nor of none', () => {
    expect(mayGrow(traceOf(), 0)).toBe(false);
  });
});

describe('a trace that was asked for again', () => {
  it('has the same spans, in whatever order they were stored', () => {
    expect(sameSpans(traceOf(root, child), traceOf(child, root))).toBe(true);
  });

  it.each([
    ['one more', [root, child, { ...child, id: 3 }]],
    ['another', [root, { ...child, id: 3 }]],
    ['one that is longer', [root, { ...child, duration: 601 }]],
    ['one that is finished', [root, { ...child, more: { unfinished: true } }]],
  ])('has %s', (_, spans) => {
    expect(sameSpans(traceOf(root, child), traceOf(...spans))).toBe(false);
  });
});
