import { describe, expect, it } from 'vitest';
import { parseSumsParams, rangeOf } from './sums-params.ts';
import { beganMicros, comparablePart, stepSeconds, sumsWindows, windowExtent } from './sums-window.ts';
import { answerOf, lineOf } from './testing/sums-of.ts';

const minute = 60e6;

describe('the windows of sums', () => {
  it('are the whole minutes that the range touches, and as many before', () => {
    const nowMillis = 100 * 60_000 + 20_000;
    const { now, before } = sumsWindows({ range: '15m' }, nowMillis);
    expect(now).toEqual({ startMicros: 85 * minute, endMicros: 101 * minute - 1 });
    expect(before).toEqual({ startMicros: 69 * minute, endMicros: 85 * minute - 1 });
  });

  it('are the same for a range that is given, whichever end is first', () => {
    const [from, to] = ['2026-01-01T10:00:30Z', '2026-01-01T10:01:00Z'];
    const start = Date.parse('2026-01-01T10:00:00Z') * 1000;
    const expected = { startMicros: start, endMicros: start + 2 * minute - 1 };
    expect(sumsWindows({ from, to }, 0).now).toEqual(expected);
    expect(sumsWindows({ from: to, to: from }, 0).now).toEqual(expected);
  });

  it('do not begin before time does', () => {
    const { before } = sumsWindows({ from: '1970-01-01T00:01:00Z', to: '1970-01-01T00:05:00Z' }, 0);
    expect(before).toEqual({ startMicros: 0, endMicros: minute - 1 });
  });

  it('end when they were asked for', () => {
    const answer = answerOf(10, 5, []);
    expect(windowExtent(answer, (12 * minute) / 1000)).toMatchObject({ endMicros: 12 * minute, seconds: 120 });
    expect(windowExtent(answer, (99 * minute) / 1000).seconds).toBe(300);
    expect(windowExtent(answer, 0).seconds).toBeGreaterThan(0);
  });

  it('say from when on they are complete, when that is later than they begin', () => {
    expect(
      windowExtent(answerOf(10, 5, [], { completeFromMicros: 10 * minute }), 0).completeFromMicros,
    ).toBeUndefined();
    const partly = answerOf(10, 5, [], { completeFromMicros: 10 * minute + 1 });
    expect(windowExtent(partly, 0).completeFromMicros).toBe(10 * minute + 1);
  });

  it('have steps that last as long as they have run', () => {
    const answer = answerOf(10, 5, [], { stepMicros: 2 * minute });
    expect(stepSeconds(answer, windowExtent(answer, (12.5 * minute) / 1000))).toEqual([120, 30, 0]);
    expect(stepSeconds(answer, windowExtent(answer, Infinity))).toEqual([120, 120, 60]);
  });
});

describe('when anything was first counted', () => {
  const nothing = answerOf(0, 4, []);
  const later = answerOf(4, 2, [lineOf('a', [0, 5])]);

  it('is the first step of either window with a count', () => {
    const before = answerOf(0, 4, [lineOf('a', [0, 0, 0, 5]), lineOf('b', [0, 1, 0, 0])]);
    expect(beganMicros(before, later)).toBe(minute);
    expect(beganMicros(nothing, later)).toBe(5 * minute);
    expect(beganMicros(answerOf(0, 2, [lineOf('a', [0, 0])]), answerOf(2, 1, []))).toBeUndefined();
  });

  it('is not known while older data is still summed up', () => {
    const counted = [lineOf('a', [1, 1])];
    expect(beganMicros(answerOf(5, 2, counted, { completeFromMicros: 5 * minute }), later)).toBe(5 * minute);
    expect(beganMicros(answerOf(5, 2, counted, { completeFromMicros: 5 * minute + 1 }), later)).toBeUndefined();
    expect(beganMicros(nothing, { ...later, completeFromMicros: 4 * minute + 1 })).toBeUndefined();
  });

  it('is where rates begin to count, in its window', () => {
    const extent = windowExtent(later, Infinity, 5 * minute);
    expect(extent).toMatchObject({ startMicros: 4 * minute, sinceMicros: 5 * minute, seconds: 60 });
    expect(stepSeconds(later, extent)).toEqual([0, 60]);
    expect(windowExtent(later, Infinity, 4 * minute)).toMatchObject({ sinceMicros: undefined, seconds: 120 });
  });

  it('is where the window before begins to be compared with', () => {
    expect(comparablePart(nothing, 3 * minute)).toMatchObject({ sinceMicros: 3 * minute, seconds: 60 });
    expect(comparablePart(nothing, 0)).toMatchObject({ sinceMicros: undefined, seconds: 240 });
    expect(comparablePart(nothing, 4 * minute)).toBeUndefined();
    expect(comparablePart(nothing, undefined)).toBeUndefined();
  });
});

describe('the address of the views of sums', () => {
  it('keeps what makes sense', () => {
    const raw = { range: '6h', name: 'pay', sort: 'p95', focus: 'database:orders', as: 'table', tag: 'a=b' };
    const { tag: _, ...kept } = raw;
    expect(parseSumsParams(raw)).toEqual(kept);
    expect(parseSumsParams({ range: '1h', name: '', as: 'picture', focus: ['a', 'b'] })).toEqual({});
  });

  it('hands its range on to other views, and nothing else', () => {
    expect(rangeOf({ range: '6h', name: 'pay' })).toEqual({ range: '6h' });
    const fixed = { from: '2026-01-01T10:00:00Z', to: '2026-01-01T11:00:00Z' };
    expect(rangeOf({ ...fixed, range: '6h' })).toEqual(fixed);
    expect(rangeOf({ range: 'always' })).toEqual({});
  });
});
