import { describe, expect, it } from 'vitest';
import {
  closedGroups,
  firstFolding,
  foldableLevels,
  hidesRows,
  isFolded,
  nothingFolded,
  withFolded,
  withGroups,
  withLevels,
  withServiceFolded,
} from './folding.ts';
import type { Folding } from './folding.ts';
import { leastAlike, likeFacts, likeGroups } from './like-groups.ts';
import { isGroupRow, reveal, rowFor, toggleGroup, unfoldOrChild, foldOrParent } from './row-moves.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';
import type { TestSpan } from './testing/trace-of.ts';
import type { TraceModel } from './trace-model.ts';
import { viewFromParams } from './view-state.ts';
import { visibleRows } from './visible-rows.ts';

function rowsOf(model: TraceModel, folding: Folding): number[] {
  return [
    ...visibleRows(model.tree, {
      folded: { has: (index) => isFolded(model, folding, index) },
      groups: closedGroups(model, folding),
      focus: -1,
    }),
  ];
}

describe('folding by level', () => {
  const model = sixSpans();

  it('shows as many levels as are asked for', () => {
    expect(rowsOf(model, withLevels(firstFolding, 1))).toEqual([0]);
    expect(rowsOf(model, withLevels(firstFolding, 2))).toEqual([0, 1, 5]);
    expect(rowsOf(model, withLevels(firstFolding, 3))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(foldableLevels(model)).toBe(2);
  });

  it('is taken back by the same number', () => {
    expect(withLevels(withLevels(firstFolding, 2), 2).levels).toBeUndefined();
  });

  it('leaves open what somebody opens, until the rule changes', () => {
    const opened = withFolded(withLevels(firstFolding, 1), [0], false);
    expect(rowsOf(model, opened)).toEqual([0, 1, 5]);
    expect(rowsOf(model, withLevels(opened, 2))).toEqual([0, 1, 5]);
    expect(withLevels(opened, 2).unfolded.size).toBe(0);
    expect(rowsOf(model, withFolded(opened, [0], true))).toEqual([0]);
  });
});

describe('folding by service', () => {
  const model = sixSpans();

  it('hides what the service calls, and only that', () => {
    const folding = withServiceFolded(firstFolding, 'orders', true);
    expect(rowsOf(model, folding)).toEqual([0, 1, 5]);
    expect(hidesRows(model, folding)).toBe(true);
    expect(rowsOf(model, withServiceFolded(folding, 'orders', false))).toHaveLength(6);
  });

  it('folds nothing for a service without children', () => {
    const folding = withServiceFolded(firstFolding, 'payment', true);
    expect(rowsOf(model, folding)).toHaveLength(6);
    expect(hidesRows(model, folding)).toBe(false);
  });
});

describe('like siblings', () => {
  const select = (id: number, more: Partial<TestSpan> = {}): TestSpan => ({
    id,
    parent: 1,
    start: id * 10,
    duration: id,
    name: 'SELECT item',
    ...more,
  });
  const queries = (count: number): TestSpan[] => Array.from({ length: count }, (_, at) => select(at + 10));
  const root: TestSpan = { id: 1, start: 0, duration: 1000 };

  it('are a group from the tenth on', () => {
    expect(traceOf(root, ...queries(leastAlike - 1)).alike.members.size).toBe(0);
    const { alike } = traceOf(root, ...queries(leastAlike));
    expect([...alike.members.keys()]).toEqual([1]);
    expect(alike.leader[0]).toBe(-1);
    expect(new Set(alike.leader.subarray(1))).toEqual(new Set([1]));
  });

  it('are of one parent, service, operation and kind', () => {
    const three = traceOf(
      root,
      select(2),
      select(3),
      select(4, { name: 'SELECT other' }),
      select(5, { service: 'other' }),
      select(6, { more: { kind: 3 } }),
      select(7, { parent: 2 }),
    );
    expect(Array.from(likeGroups(three.tree, 2).members.values(), (members) => [...members])).toEqual([[1, 2]]);
  });

  it('are one row that says how many it hides, their total and their spread', () => {
    const model = traceOf(root, ...queries(20), { id: 90, parent: 12, start: 121, duration: 2 });
    expect(rowsOf(model, firstFolding)).toEqual([0, 1]);
    expect(rowsOf(model, nothingFolded)).toHaveLength(22);
    expect(likeFacts(model.tree, model.error, model.alike.members.get(1)!)).toEqual({
      count: 20,
      hides: 20,
      errorCount: 0,
      totalNanos: 390_000,
      shortestNanos: 10_000,
      longestNanos: 29_000,
    });
  });

  it('leave what lies between them its row', () => {
    const model = traceOf(root, ...queries(20), { id: 90, parent: 1, start: 125, duration: 2, name: 'between' });
    const between = model.tree.spans.findIndex(({ name }) => name === 'between');
    expect(rowsOf(model, firstFolding)).toEqual([0, 1, between]);
  });

  it('open with → and by name of any member, and close again', () => {
    const model = traceOf(root, ...queries(10));
    const start = viewFromParams(model, {});
    expect(isGroupRow(model, start, 1)).toBe(true);
    const open = unfoldOrChild(
      model,
      { ...start, selected: 1 },
      visibleRows(model.tree, { folded: new Set(), focus: -1 }),
    );
    expect(rowsOf(model, open)).toHaveLength(11);
    expect(rowsOf(model, withGroups(model, start, [5], true))).toHaveLength(11);
    const closed = toggleGroup(model, { ...open, selected: 7 }, 7);
    expect(closed.selected).toBe(1);
    expect(rowsOf(model, closed)).toEqual([0, 1]);
    expect(foldOrParent(model, closed).selected).toBe(0);
  });

  it('open when one of them, or something under one, is jumped to', () => {
    const model = traceOf(root, ...queries(10), { id: 90, parent: 10, start: 101, duration: 2, name: 'under' });
    const under = model.tree.spans.findIndex(({ name }) => name === 'under');
    const start = viewFromParams(model, {});
    expect(rowsOf(model, reveal(model, start, under))).toContain(under);
    expect(rowsOf(model, reveal(model, start, 9))).toContain(9);
    expect(rowsOf(model, reveal(model, start, 1))).toEqual([0, 1]);
  });

  it('are shown by the row that stands for them, as what is folded is by what it is folded into', () => {
    const model = traceOf(root, ...queries(10), { id: 90, parent: 12, start: 121, duration: 2 });
    const under = model.tree.spans.findIndex(({ spanId1 }) => spanId1 === 90);
    const start = viewFromParams(model, {});
    expect(rowFor(model, start, -1)).toBe(-1);
    expect(rowFor(model, start, 0)).toBe(0);
    expect(rowFor(model, start, 7)).toBe(1);
    expect(rowFor(model, start, under)).toBe(1);
    expect(rowFor(model, { ...start, only: 'critical' }, 7)).toBe(7);
    expect(rowFor(model, { ...start, levels: 1 }, 7)).toBe(0);
    expect(rowFor(model, { ...start, focus: 3 }, under)).toBe(under);
    expect(rowFor(model, { ...start, focus: 2 }, under)).toBe(-1);
  });

  it('are each shown where one is in focus', () => {
    const model = traceOf(root, ...queries(10), { id: 90, parent: 10, start: 101, duration: 2 });
    const rows = visibleRows(model.tree, { folded: new Set(), groups: model.alike.leader, focus: 1 });
    expect([...rows]).toHaveLength(2);
  });

  it('are found among 100,000 spans, and among roots', () => {
    const model = traceOf(
      ...Array.from({ length: 100_000 }, (_, at) => ({
        id: at + 1,
        parent: 999_999,
        start: at,
        duration: 1,
        name: 'a',
      })),
    );
    expect(rowsOf(model, firstFolding)).toEqual([0]);
  });
});
