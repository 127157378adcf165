import { describe, expect, it } from 'vitest';
import { carriedView } from './carried-view.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';
import type { TestSpan } from './testing/trace-of.ts';
import type { TraceModel } from './trace-model.ts';
import { viewFromParams, wholeTrace } from './view-state.ts';

const root: TestSpan = { id: 1, start: 0, duration: 1000 };
const second: TestSpan = { id: 2, parent: 1, start: 100, duration: 600 };
const third: TestSpan = { id: 3, parent: 2, start: 150, duration: 100 };
const late: TestSpan = { id: 9, parent: 1, start: 50, duration: 10 };
const before = traceOf(root, second, third);
const after = traceOf(root, second, third, late);

function idAt(model: TraceModel, index: number): number | undefined {
  return model.tree.spans[index]?.spanId1;
}

describe('a view carried over to the trace as it is now', () => {
  it('keeps to its spans when one arrived that started before them', () => {
    const view = { ...viewFromParams(before, {}), selected: 1, folded: new Set([1, 2]), focus: 2 };
    const carried = carriedView(before, after, view);
    expect(idAt(after, carried.selected)).toBe(2);
    expect(Array.from(carried.folded, (index) => idAt(after, index))).toEqual([2, 3]);
    expect(idAt(after, carried.focus)).toBe(3);
  });

  it('keeps to the finding that is looked at', () => {
    const view = { ...viewFromParams(before, {}), finding: { kind: 'retry', subject: 1 } };
    const carried = carriedView(before, after, view).finding;
    expect(carried?.kind).toBe('retry');
    expect(idAt(after, carried!.subject)).toBe(2);
  });

  it('keeps what does not depend on spans', () => {
    const view = { ...viewFromParams(before, {}), panelOpen: false, query: 'SELECT', only: 'matches' as const };
    expect(carriedView(before, after, view)).toEqual({ ...view, window: wholeTrace(after) });
  });

  it('lets go of spans that are gone', () => {
    const view = { ...viewFromParams(after, {}), selected: 1, folded: new Set([1]), focus: 1 };
    expect(idAt(after, 1)).toBe(9);
    expect(carriedView(after, before, view)).toMatchObject({ selected: -1, folded: new Set(), focus: -1 });
  });

  it('tells apart the halves of a call that share an id, whichever came first', () => {
    const client: TestSpan = { id: 2, parent: 1, start: 100, duration: 600, more: { kind: 3 } };
    const server: TestSpan = { id: 2, parent: 1, start: 120, duration: 500, more: { kind: 2, shared: true } };
    const serverOnly = traceOf(root, server);
    const both = traceOf(root, client, server);
    const carried = carriedView(serverOnly, both, { ...viewFromParams(serverOnly, {}), selected: 1 });
    expect(both.tree.spans[carried.selected]?.kind).toBe(2);
  });

  it('still shows the whole trace when it has grown', () => {
    const longer = traceOf(root, second, third, { id: 4, parent: 1, start: 900, duration: 4000 });
    const carried = carriedView(before, longer, viewFromParams(before, {}));
    expect(carried.window).toEqual({ from: 0, to: 4_900_000 });
  });

  it('keeps the same time in the window when the trace turns out to have begun earlier', () => {
    const earlier = traceOf({ id: 8, start: -250, duration: 2000 }, root, second, third);
    const view = { ...viewFromParams(before, {}), window: { from: 100_000, to: 300_000 } };
    expect(carriedView(before, earlier, view).window).toEqual({ from: 350_000, to: 550_000 });
  });

  it('keeps its window within a trace that has become shorter', () => {
    const view = { ...viewFromParams(sixSpans(), {}), window: { from: 800_000, to: 1_000_000 } };
    const short = traceOf({ ...root, duration: 300 });
    expect(carriedView(sixSpans(), short, view).window).toEqual({ from: 100_000, to: 300_000 });
  });
});
