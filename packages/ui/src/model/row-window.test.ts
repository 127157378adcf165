import { assert, constantFrom, double, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowWindow, scrollTopFor, tallestSpacer } from './row-window.ts';

const boxes = record({
  count: integer({ min: 1, max: 3_000_000 }),
  rowHeight: constantFrom(24, 40),
  viewport: integer({ min: 100, max: 2000 }),
  at: double({ min: 0, max: 1, noNaN: true }),
}).map(({ at, ...box }) => {
  const spacer = Math.min(box.count * box.rowHeight, tallestSpacer);
  return { ...box, scrollTop: at * Math.max(0, spacer - box.viewport) };
});

describe('rowWindow', () => {
  it('covers the viewport with few rows, at any length and scroll position', () => {
    assert(
      property(boxes, (box) => {
        const { first, end, shift } = rowWindow(box);
        const bottom = Math.min(box.scrollTop + box.viewport, shift + box.count * box.rowHeight);
        expect(first === 0 || shift + first * box.rowHeight <= box.scrollTop).toBe(true);
        expect(shift + end * box.rowHeight).toBeGreaterThanOrEqual(bottom - 0.01);
        expect(end - first).toBeLessThanOrEqual(box.viewport / box.rowHeight + 27);
      }),
    );
  });

  it('shows the last row at the end of a million rows', () => {
    const box = { count: 1_000_000, rowHeight: 24, viewport: 600, scrollTop: tallestSpacer - 600 };
    const { end, shift } = rowWindow(box);
    expect(end).toBe(1_000_000);
    expect(shift + end * 24).toBeCloseTo(tallestSpacer);
  });

  it('draws nothing for no rows', () => {
    expect(rowWindow({ count: 0, rowHeight: 24, viewport: 600, scrollTop: 0 })).toMatchObject({
      spacer: 0,
      first: 0,
      end: 0,
    });
  });
});

describe('scrollTopFor', () => {
  const box = { count: 100, rowHeight: 24, viewport: 240, scrollTop: 480 };

  it('stays when the row is seen whole', () => {
    expect(scrollTopFor(box, 20, 'nearest')).toBe(480);
    expect(scrollTopFor(box, 29, 'nearest')).toBe(480);
  });

  it('moves by one row beyond either edge', () => {
    expect(scrollTopFor(box, 19, 'nearest')).toBe(456);
    expect(scrollTopFor(box, 30, 'nearest')).toBe(504);
  });

  it('makes any row visible', () => {
    assert(
      property(
        boxes,
        double({ min: 0, max: 0.999_999, noNaN: true }),
        constantFrom('nearest', 'center'),
        (some, at, align) => {
          const row = Math.floor(at * some.count);
          const { first, end } = rowWindow({ ...some, scrollTop: scrollTopFor(some, row, align) });
          expect(row).toBeGreaterThanOrEqual(first);
          expect(row).toBeLessThan(end);
        },
      ),
    );
  });
});
