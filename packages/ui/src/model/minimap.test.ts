import { describe, expect, it } from 'vitest';
import { minimapCells } from './minimap.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';

describe('minimapCells', () => {
  it('draws each span of a small trace in a lane of its own', () => {
    const { lanes, cells, errors } = minimapCells(sixSpans(), 100, 40);
    const lane = (at: number): number[] => [...cells.subarray(at * 100, (at + 1) * 100)];
    expect(lanes).toBe(6);
    expect(lane(0).every((cell) => cell !== 0)).toBe(true);
    expect(lane(1).findIndex((cell) => cell !== 0)).toBe(10);
    expect(lane(1).findLastIndex((cell) => cell !== 0)).toBe(69);
    expect([...errors].findIndex((mark) => mark === 1)).toBe(45);
  });

  it('keeps to its pixels however many spans there are, and shows the shortest', () => {
    const model = traceOf(
      ...Array.from({ length: 5000 }, (_, at) => ({
        id: at + 1,
        parent: at === 0 ? 0 : 1,
        start: at,
        duration: at === 0 ? 5000 : 0,
      })),
    );
    const { lanes, cells } = minimapCells(model, 300, 44);
    expect(lanes).toBe(44);
    expect(cells).toHaveLength(300 * 44);
    expect(cells.at(-1)).not.toBe(0);
  });
});
