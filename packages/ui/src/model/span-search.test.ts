import { describe, expect, it } from 'vitest';
import { nextMarked, searchSpans } from './span-search.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';

const found = (text: string): number[] => {
  const marks = searchSpans(sixSpans(), text);
  return marks === undefined ? [] : [...marks].flatMap((mark, index) => (mark === 1 ? [index] : []));
};

describe('searchSpans', () => {
  it('searches for nothing without a word', () => {
    expect(searchSpans(sixSpans(), '  ')).toBeUndefined();
  });

  it.each([
    ['select', [2, 3]],
    ['ORDERS post', [1]],
    ['sql', [2, 3]],
    ['db.type=sq', [2, 3]],
    ['db.type=nosql', []],
    ['type=sql', []],
    ['error', [4]],
    ['0000000000000006', [5]],
    ['payment charge', [4]],
    ['payment send', []],
  ])('finds %s', (text, indexes) => {
    expect(found(text)).toEqual(indexes);
  });

  it('looks into logs, lists and numbers', () => {
    const event = { timeMicros: 0, timeNanos: 0, name: 'Retry', attributes: ['attempt', 3], droppedAttributesCount: 0 };
    const model = traceOf({ id: 1, start: 0, duration: 5, tags: ['ids', ['a7', 'b8']], more: { events: [event] } });
    for (const text of ['retry', 'attempt=3', 'b8', 'ids=a7'])
      expect(searchSpans(model, text), text).toEqual(Uint8Array.of(1));
  });
});

describe('nextMarked', () => {
  const order = [0, 1, 2, 3];
  const marks = Uint8Array.from([0, 1, 0, 1]);

  it('goes round in both directions', () => {
    expect(nextMarked(order, marks, 1, 1)).toBe(3);
    expect(nextMarked(order, marks, 3, 1)).toBe(1);
    expect(nextMarked(order, marks, 1, -1)).toBe(3);
  });

  it('starts at the first below nothing and at the last above it', () => {
    expect(nextMarked(order, marks, -1, 1)).toBe(1);
    expect(nextMarked(order, marks, order.length, -1)).toBe(3);
  });

  it('finds nothing when nothing is marked', () => {
    expect(nextMarked(order, new Uint8Array(4), 0, 1)).toBe(-1);
    expect(nextMarked([], new Uint8Array(0), 0, 1)).toBe(-1);
  });
});
