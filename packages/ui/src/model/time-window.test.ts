import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks, tickStep } from './axis-ticks.ts';
import { clampWindow, isWhole, pan, toPixels, windowAround, zoom } from './time-window.ts';

const total = { from: 0, to: 1000 };

describe('zoom and pan', () => {
  it('keeps what is under the pointer under the pointer', () => {
    const window = { from: 200, to: 600 };
    const zoomed = zoom(window, 0.5, 0.25, total);
    expect(toPixels(300, zoomed, 800)).toBeCloseTo(toPixels(300, window, 800));
  });

  it('stops at ten nanoseconds and at the whole trace', () => {
    expect(zoom({ from: 0, to: 20 }, 0.01, 0, total)).toEqual({ from: 0, to: 10 });
    expect(isWhole(zoom({ from: 400, to: 600 }, 50, 0.5, total), total)).toBe(true);
  });

  it('stops at the ends', () => {
    expect(pan({ from: 900, to: 1000 }, 1, total)).toEqual({ from: 900, to: 1000 });
    expect(pan({ from: 50, to: 150 }, -1, total)).toEqual({ from: 0, to: 100 });
    expect(pan({ from: 50, to: 150 }, Infinity, total)).toEqual({ from: 900, to: 1000 });
    expect(pan({ from: 50, to: 150 }, -Infinity, total)).toEqual({ from: 0, to: 100 });
  });

  it('never leaves the trace', () => {
    const number = double({ min: -5000, max: 5000, noNaN: true });
    assert(
      property(number, number, (one, other) => {
        const window = clampWindow({ from: Math.min(one, other), to: Math.max(one, other) }, total);
        expect(window.from).toBeGreaterThanOrEqual(0);
        expect(window.to).toBeLessThanOrEqual(1000 + 1e-9);
        expect(window.to).toBeGreaterThan(window.from);
      }),
    );
  });

  it('shows a span of no length too', () => {
    const window = windowAround(500, 500, total);
    expect(window.from).toBeLessThanOrEqual(500);
    expect(window.to).toBeGreaterThan(500);
  });
});

describe('axisTicks', () => {
  const labels = (from: number, to: number): string[] =>
    axisTicks({ from, to }, 500).map(({ label }) => label.replaceAll('\u202f', ' '));

  it('picks round numbers and one unit', () => {
    expect(labels(0, 1e9)).toEqual(['0', '200 ms', '400 ms', '600 ms', '800 ms', '1 s'].slice(0, 5).concat('1.0 s'));
  });

  it('tells neighbours apart when zoomed far in', () => {
    const seen = labels(1_234_567_000, 1_234_567_400);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('never puts more ticks than fit', () => {
    assert(
      property(double({ min: 10, max: 1e15, noNaN: true }), integer({ min: 1, max: 30 }), (span, most) => {
        expect(span / tickStep(span, most)).toBeLessThanOrEqual(most + 1e-6);
      }),
    );
  });
});
