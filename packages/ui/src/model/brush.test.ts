import { describe, expect, it } from 'vitest';
import { brushEnd, brushStart, brushWindow } from './brush.ts';

const whole = { from: 0, to: 1000 };

describe('the brush of the overview', () => {
  it('zooms to what it covers, in either direction', () => {
    expect(brushEnd({ from: 20, to: 40 }, whole, whole, 100)).toEqual({ from: 200, to: 400 });
    expect(brushEnd({ from: 40, to: 20 }, whole, whole, 100)).toEqual({ from: 200, to: 400 });
  });

  it('stops at the edges of the strip', () => {
    expect(brushWindow({ from: 90, to: 250 }, whole, 100)).toEqual({ from: 900, to: 1000 });
  });

  it('moves the window to a click', () => {
    expect(brushEnd({ from: 50, to: 53 }, { from: 0, to: 200 }, whole, 100)).toEqual({ from: 430, to: 630 });
  });

  it('takes an edge of the window that is pressed, but not the edge of the whole', () => {
    const window = { from: 200, to: 600 };
    expect(brushStart(23, window, whole, 100)).toEqual({ from: 60, to: 23 });
    expect(brushStart(58, window, whole, 100)).toEqual({ from: 20, to: 58 });
    expect(brushStart(2, whole, whole, 100)).toEqual({ from: 2, to: 2 });
  });
});
