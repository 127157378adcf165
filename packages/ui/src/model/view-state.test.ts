import { describe, expect, it } from 'vitest';
import { foldOrParent, reveal, rowAway, unfoldOrChild } from './row-moves.ts';
import { indexOfSpanKey, spanKey } from './span-key.ts';
import { spanWindow } from './span-window.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';
import { parseTraceView } from './trace-view.ts';
import { withFolded } from './folding.ts';
import { paramsFromView, viewFromParams } from './view-state.ts';
import { visibleRows } from './visible-rows.ts';

const model = sixSpans();
const start = viewFromParams(model, {});

describe('the address of a trace', () => {
  it('is empty for the first view', () => {
    expect(paramsFromView(model, start)).toEqual({});
  });

  it('holds the whole view', () => {
    const view = {
      ...start,
      selected: 4,
      panelOpen: false,
      window: { from: 100_000, to: 700_500 },
      folded: new Set([1]),
      unfolded: new Set([0]),
      levels: 2,
      foldedServices: new Set(['orders', '']),
      alike: false,
      ungrouped: new Set([2]),
      focus: 0,
      finding: { kind: 'error-origin', subject: 4 },
      query: 'SELECT item',
      only: 'critical' as const,
      tab: 'flame' as const,
      sort: { column: 'p95', ascending: true } as const,
      path: 2,
      asTable: true,
      clocksCorrected: true,
      format: 'zipkin' as const,
    };
    expect(viewFromParams(model, parseTraceView({ ...paramsFromView(model, view) }))).toEqual(view);
  });

  it('tells spans of one id apart', () => {
    const halves = traceOf(
      { id: 1, start: 0, duration: 100, more: { kind: 3 } },
      { id: 1, start: 10, duration: 50, service: 'other', more: { kind: 2, shared: true } },
    );
    expect(spanKey(halves.tree.spans, 1)).toBe('0000000000000001.1');
    expect(indexOfSpanKey(halves.tree.spans, '0000000000000001.1')).toBe(1);
    expect(indexOfSpanKey(halves.tree.spans, '0000000000000001.2')).toBe(-1);
  });

  it.each([
    ['span', 'nonsense'],
    ['span', '00000000000000ff'],
    ['zoom', '5~5'],
    ['zoom', '9~3'],
    ['zoom', '-1~3'],
    ['fold', '12'],
    ['levels', '0'],
    ['levels', '1e9'],
    ['alike', 'on'],
    ['ungroup', 'x'],
    ['only', 'everything'],
    ['q', '  '],
    ['tab', 'pie'],
    ['sort', 'total.down'],
    ['sort', 'colour'],
    ['path', '00000000000000ff'],
    ['as', 'chart'],
    ['clocks', 'wrong'],
    ['format', 'xml'],
  ])('ignores %s=%s', (key, value) => {
    expect(paramsFromView(model, viewFromParams(model, parseTraceView({ [key]: value })))).toEqual({});
  });
});

describe('moving through the rows', () => {
  const rows = visibleRows(model.tree, { folded: new Set(), focus: -1 });

  it('starts at the first row and stops at the ends', () => {
    expect(rowAway(rows, -1, 1)).toBe(0);
    expect(rowAway(rows, 5, 1)).toBe(5);
    expect(rowAway(rows, 0, -1)).toBe(0);
    expect(rowAway(rows, 2, Infinity)).toBe(5);
    expect(rowAway(rows, -1, Infinity)).toBe(5);
    expect(rowAway(new Int32Array(0), -1, 1)).toBe(-1);
  });

  it('folds with ←, then goes to the parent', () => {
    const folded = foldOrParent(model, { ...start, selected: 1 });
    expect([...folded.folded]).toEqual([1]);
    expect(foldOrParent(model, folded).selected).toBe(0);
    expect(foldOrParent(model, { ...start, selected: 4 }).selected).toBe(1);
  });

  it('unfolds with →, then goes to the first child', () => {
    const view = withFolded({ ...start, selected: 1 }, [1], true);
    const open = unfoldOrChild(model, view, rows);
    expect(open.folded.size).toBe(0);
    expect(unfoldOrChild(model, open, rows).selected).toBe(2);
    expect(unfoldOrChild(model, { ...start, selected: 4 }, rows).selected).toBe(4);
  });

  it('opens what hides a span that is jumped to', () => {
    const hidden = { ...withFolded(start, [0, 1], true), focus: 5 };
    const seen = reveal(model, hidden, 4);
    expect(seen).toMatchObject({ selected: 4, focus: -1 });
    expect(seen.folded.size).toBe(0);
    expect(reveal(model, { ...start, focus: 1 }, 4).focus).toBe(1);
  });

  it('zooms to all that is under a span', () => {
    const window = spanWindow(model, 1, 1);
    expect(window.from).toBeLessThanOrEqual(100_000);
    expect(window.to).toBeGreaterThanOrEqual(700_000);
    expect(window.to).toBeLessThan(800_000);
  });
});
