import type { TraceSummary } from '@spanwise/wire/query';
import { describe, expect, it } from 'vitest';
import { arrived, beginTail, mostAtOnce, mostLive, withWaiting } from './live-tail.ts';
import type { LiveTail, TailAnswer } from './live-tail.ts';

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

const tailOf = (...numbers: readonly number[]): LiveTail =>
  beginTail(
    numbers.map((number) => trace(number)),
    1000,
  );

/** Asked for a moment later, so far back that nothing is missed. */
const found = (...traces: readonly (number | TraceSummary)[]): TailAnswer => ({
  traces: traces.map((one) => (typeof one === 'number' ? trace(one) : one)),
  askedMicros: 1002,
  searchedBackToMicros: 900,
});

/** So many, the newest first, down to `last`. */
const downTo = (last: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => last + count - 1 - at);

describe('a live list', () => {
  it('lets new traces wait, newest first, and shows them at the head', () => {
    let tail = arrived(tailOf(2, 1), found(3, 2));
    expect([ids(tail.shown), ids(tail.waiting)]).toEqual([[2, 1], [3]]);
    tail = arrived(tail, found(5, 4, 3));
    expect([ids(tail.shown), ids(tail.waiting)]).toEqual([
      [2, 1],
      [5, 4, 3],
    ]);
    tail = withWaiting(tail);
    expect([ids(tail.shown), ids(tail.waiting)]).toEqual([[5, 4, 3, 2, 1], []]);
    expect(tail.hasGap).toBe(false);
  });

  it('has a trace that came late where it belongs, among those that wait and those that are shown', () => {
    let tail = arrived(tailOf(200, 100), found(300, 200));
    tail = arrived(tail, found(300, 250, 200, 150));
    expect(ids(tail.waiting)).toEqual([300, 250, 150]);
    expect(ids(withWaiting(tail).shown)).toEqual([300, 250, 200, 150, 100]);
  });

  it('renews a trace that grows where it stands, and keeps one that did not', () => {
    const [second, first] = [trace(2), trace(1)];
    const { shown } = arrived(beginTail([second, first], 1000), found(2, trace(1, 5)));
    expect(shown[0]).toBe(second);
    expect(shown[1]).toMatchObject({ traceId: '1', spanCount: 5 });
  });

  it('leaves out what is older than all that is shown, unless nothing is', () => {
    expect(ids(arrived(tailOf(9, 5), found(5, 4)).waiting)).toEqual([]);
    expect(ids(arrived(tailOf(9, 5), found(6)).waiting)).toEqual([6]);
    expect(ids(arrived(tailOf(), found(4)).waiting)).toEqual([4]);
  });

  it('does not grow without end', () => {
    const many = beginTail(
      downTo(2, mostLive).map((number) => trace(number)),
      1000,
    );
    const { shown } = withWaiting(arrived(many, found(mostLive + 5)));
    expect(shown).toHaveLength(mostLive);
    expect(ids([shown[0]!, shown.at(-1)!])).toEqual([mostLive + 5, 3]);
  });

  it('has a gap when more came at once than are asked for, and keeps it', () => {
    const whole = arrived(tailOf(1), found(...downTo(2, mostAtOnce - 1)));
    expect(whole.hasGap).toBe(false);
    // The oldest of them is known.
    expect(arrived(tailOf(2, 1), found(...downTo(2, mostAtOnce))).hasGap).toBe(false);
    const cut = arrived(tailOf(1), found(...downTo(3, mostAtOnce)));
    expect(cut.hasGap).toBe(true);
    expect(withWaiting(arrived(cut, found(110))).hasGap).toBe(true);
  });

  it('has a gap when nobody asked for longer than an answer looks back', () => {
    expect(arrived(tailOf(1), { ...found(2), searchedBackToMicros: 1000 }).hasGap).toBe(false);
    expect(arrived(tailOf(1), { ...found(2), searchedBackToMicros: 1001 }).hasGap).toBe(true);
    const later = arrived(tailOf(1), found(2));
    expect(arrived(later, { ...found(3), searchedBackToMicros: 1002 }).hasGap).toBe(false);
  });

  it('has a gap when more wait than can', () => {
    const waiting = downTo(10, mostLive).map((number) => trace(number));
    const tail = { ...tailOf(1), waiting };
    expect(arrived(tail, found(...ids(waiting.slice(0, 5)))).hasGap).toBe(false);
    const full = arrived(tail, found(mostLive + 10));
    expect([full.hasGap, full.waiting.length, full.waiting.at(-1)?.traceId]).toEqual([true, mostLive, '11']);
  });
});
