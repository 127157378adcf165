import type { TraceSummary } from '@spanwise/wire/query';
import { describe, expect, it } from 'vitest';
import { arrived, mostLive, withWaiting } from './live-tail.ts';

function trace(number: number, spanCount = 1): TraceSummary {
  return {
    traceId: String(number),
    rootService: 'a',
    rootName: 'b',
    rootMissing: false,
    startMicros: number,
    durationMicros: 1,
    spanCount,
    errorCount: 0,
    services: [],
    matchedSpanIds: [],
  };
}

const ids = (traces: readonly TraceSummary[]): number[] => traces.map(({ traceId }) => Number(traceId));

describe('a live list', () => {
  it('lets new traces wait, newest first, and shows them at the head', () => {
    let tail = arrived({ shown: [trace(2), trace(1)], waiting: [] }, [trace(3), trace(2)]);
    expect([ids(tail.shown), ids(tail.waiting)]).toEqual([[2, 1], [3]]);
    tail = arrived(tail, [trace(5), trace(4), trace(3)]);
    expect([ids(tail.shown), ids(tail.waiting)]).toEqual([
      [2, 1],
      [5, 4, 3],
    ]);
    tail = withWaiting(tail);
    expect([ids(tail.shown), ids(tail.waiting)]).toEqual([[5, 4, 3, 2, 1], []]);
  });

  it('renews a trace that grows where it stands, and keeps one that did not', () => {
    const [second, first] = [trace(2), trace(1)];
    const { shown } = arrived({ shown: [second, first], waiting: [] }, [trace(2), trace(1, 5)]);
    expect(shown[0]).toBe(second);
    expect(shown[1]).toMatchObject({ traceId: '1', spanCount: 5 });
  });

  it('leaves out what is older than all that is shown, unless nothing is', () => {
    expect(ids(arrived({ shown: [trace(9), trace(5)], waiting: [] }, [trace(5), trace(4)]).waiting)).toEqual([]);
    expect(ids(arrived({ shown: [trace(9), trace(5)], waiting: [] }, [trace(6)]).waiting)).toEqual([6]);
    expect(ids(arrived({ shown: [], waiting: [] }, [trace(4)]).waiting)).toEqual([4]);
  });

  it('does not grow without end', () => {
    const many = Array.from({ length: mostLive }, (_, at) => trace(mostLive + 1 - at));
    const { shown } = withWaiting({ shown: many, waiting: [trace(mostLive + 5)] });
    expect(shown).toHaveLength(mostLive);
    expect(ids([shown[0]!, shown.at(-1)!])).toEqual([mostLive + 5, 3]);
  });
});
