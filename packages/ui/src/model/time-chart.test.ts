import { describe, expect, it } from 'vitest';
import { sparkPath } from './spark-path.ts';
import { linePath, linearScale, logarithmicScale, stepScale, timeTicks } from './time-chart.ts';

const box = { width: 120, height: 120, left: 20, right: 0, top: 10, bottom: 10 };

describe('steps of a chart', () => {
  it('share the width of the plot', () => {
    const steps = stepScale(10, box);
    expect([steps.x(0), steps.x(9)]).toEqual([25, 115]);
    expect([-50, 20, 29.9, 30, 119, 500].map((x) => steps.stepAt(x))).toEqual([0, 0, 0, 1, 9, 9]);
  });

  it('are drawn as a line that breaks where nothing is known, and as a dot when one stands alone', () => {
    const steps = stepScale(5, { ...box, left: 0, width: 50 });
    const scale = linearScale(10, box);
    expect(linePath([0, 10, null, 5, null], steps, scale)).toBe('M5.0 110.0L15.0 10.0M35.0 60.0h0.01');
    expect(linePath([null, null], steps, scale)).toBe('');
    expect(sparkPath([0, 2, null, 1], 2, { width: 30, height: 10 })).toBe('M0 10L10 0M30 5h0.01');
    expect(sparkPath([0, 0], 0, { width: 30, height: 10 })).toBe('M0 10L30 10');
  });
});

describe('values of a chart', () => {
  it.each([
    [10, [0, 5, 10]],
    [7, [0, 5, 10]],
    [0.9, [0, 0.5, 1]],
    [3, [0, 1, 2, 3]],
    [0, [0, 0.5, 1]],
  ])('up to %d are told by round numbers from zero', (most, ticks) => {
    const scale = linearScale(most, box);
    expect(scale.ticks.map((tick) => Number(tick.toFixed(6)))).toEqual(ticks);
    expect(scale.y(0)).toBe(110);
    expect(scale.y(scale.ticks.at(-1)!)).toBeCloseTo(10);
  });

  it('stand between powers of ten when the scale is logarithmic', () => {
    const scale = logarithmicScale([20, 900], box);
    expect(scale.ticks).toEqual([10, 100, 1000]);
    expect(scale.y(10)).toBe(110);
    expect(scale.y(100)).toBe(60);
    expect(scale.y(1000)).toBe(10);
    // Nothing falls out of the plot.
    expect(scale.y(0)).toBe(110);
  });

  it('have a logarithmic scale even when there are none, one, or very different ones', () => {
    expect(logarithmicScale([], box).ticks).toEqual([1, 10]);
    expect(logarithmicScale([100], box).ticks).toEqual([100, 1000]);
    expect(logarithmicScale([1e-3, 1e9], box).ticks.length).toBeLessThanOrEqual(5);
  });
});

describe('times below a chart', () => {
  const hour = 3600e6;

  it('are round times of day in the zone', () => {
    expect(timeTicks(0, hour, 4, 0)).toEqual([0, 15, 30, 45].map((minutes) => minutes * 60e6));
    // Half an hour ahead: full hours there are half hours here.
    expect(timeTicks(0, 4 * hour, 4, 30)).toEqual([0.5, 1.5, 2.5, 3.5].map((hours) => hours * hour));
    expect(timeTicks(0, 48 * hour, 2, 60)).toEqual([23 * hour, 47 * hour]);
  });

  it('are few, however little room there is', () => {
    expect(timeTicks(0, hour, 0, 0).length).toBeLessThanOrEqual(1);
    expect(timeTicks(0, 365 * 24 * hour, 3, 0).length).toBeLessThan(16);
  });
});
