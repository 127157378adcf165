import { describe, expect, it } from 'vitest';
import { awaitedSpans, stillAwaited, withArrived, withAwaited } from './awaited-spans.ts';
import { traceOf } from './testing/trace-of.ts';
import { paramsFromView, viewFromParams } from './view-state.ts';

const key = (id: number): string => id.toString(16).padStart(16, '0');
const root = { id: 1, start: 0, duration: 1000 };
const before = traceOf(root, { id: 2, parent: 1, start: 100, duration: 10 });
const after = traceOf(
  root,
  { id: 2, parent: 1, start: 100, duration: 10 },
  { id: 3, parent: 1, start: 50, duration: 10 },
);
const params = { span: key(3), focus: key(4), fold: `${key(2)},${key(3)}` };

describe('an address that names spans which have not arrived', () => {
  it('is waited for where they are missing', () => {
    expect(awaitedSpans(before, params)).toEqual({ span: key(3), focus: key(4), fold: key(3) });
    expect(awaitedSpans(after, params)).toEqual({ focus: key(4) });
    expect(awaitedSpans(before, { span: key(1) })).toEqual({});
  });

  it('is met when they arrive, unless somebody chose another span', () => {
    const view = viewFromParams(after, {});
    expect(withArrived(after, view, params)).toMatchObject({ selected: 1, focus: -1, folded: new Set([1, 2]) });
    expect(withArrived(after, { ...view, selected: 0, focus: 2 }, params)).toMatchObject({ selected: 0, focus: 2 });
  });

  it('is forgotten where somebody chose, and let go', () => {
    const view = viewFromParams(before, {});
    expect(stillAwaited(params, view, { ...view, query: 'x' })).toEqual(params);
    expect(stillAwaited(params, view, { ...view, selected: 1 })).toEqual({ focus: key(4), fold: params.fold });
    expect(stillAwaited(params, view, { ...view, focus: 1 })).toEqual({ span: key(3), fold: params.fold });
  });

  it('keeps them', () => {
    const address = withAwaited(paramsFromView(before, viewFromParams(before, params)), awaitedSpans(before, params));
    expect(address).toEqual(params);
    expect(withAwaited({ span: key(1) }, { span: key(3) })).toEqual({ span: key(1) });
  });
});
