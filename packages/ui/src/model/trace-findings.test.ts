import { findFindings } from '@spanwise/analysis';
import type { Finding } from '@spanwise/analysis';
import { describe, expect, it } from 'vitest';
import { withFolded } from './folding.ts';
import { traceOf } from './testing/trace-of.ts';
import type { TestSpan } from './testing/trace-of.ts';
import {
  carriedFindings,
  chosenFinding,
  evidenceMarks,
  findingKey,
  nextEvidence,
  traceFindings,
  withEvidence,
} from './trace-findings.ts';
import type { TraceModel } from './trace-model.ts';
import { parseTraceView } from './trace-view.ts';
import { paramsFromView, viewFromParams, wholeTrace } from './view-state.ts';
import type { ViewState } from './view-state.ts';

const root: TestSpan = { id: 1, start: 0, duration: 300_000, name: 'GET /', more: { kind: 2 } };
const loop = Array.from({ length: 6 }, (_, at): TestSpan => {
  return {
    id: 10 + at,
    parent: 1,
    start: 5_000 + at * 21_000,
    duration: 20_000,
    name: 'SELECT item',
    more: { kind: 3 },
  };
});
const failed: TestSpan = { id: 30, parent: 1, start: 200_000, duration: 90_000, name: 'charge', more: { status: 2 } };
const model = traceOf(root, ...loop, failed);
const found = traceFindings(model, findFindings(model.tree));
const [nPlusOne] = found.findings as [Finding];
const start = viewFromParams(model, {});

function idsOf({ tree }: TraceModel, positions: Iterable<number>): number[] {
  return Array.from(positions, (index) => tree.spans[index]!.spanId1);
}

describe('the findings of a trace', () => {
  it('are known of each span that shows one', () => {
    expect(nPlusOne.kind).toBe('n-plus-one');
    expect(idsOf(model, nPlusOne.evidence)).toEqual([10, 11, 12, 13, 14, 15]);
    expect(found.bySpan.get(1)).toEqual([nPlusOne]);
    expect(found.bySpan.has(0)).toBe(false);
    expect([...evidenceMarks(model, nPlusOne)!]).toEqual([0, 1, 1, 1, 1, 1, 1, 0]);
    expect(evidenceMarks(model, undefined)).toBeUndefined();
  });

  it('move with their spans when others arrive before them', () => {
    const after = traceOf(root, { id: 5, parent: 1, start: 10, duration: 10 }, ...loop, failed);
    const carried = carriedFindings(found, after);
    expect(carried.findings.map(({ kind }) => kind)).toEqual(found.findings.map(({ kind }) => kind));
    expect(idsOf(after, carried.findings[0]!.evidence)).toEqual([10, 11, 12, 13, 14, 15]);
    expect(
      idsOf(
        after,
        carried.findings.map(({ subject }) => subject),
      ),
    ).toEqual([10]);
    expect(idsOf(after, carried.bySpan.keys())).toEqual(expect.arrayContaining([10, 15]));
  });

  it('go when one of their spans has gone', () => {
    const carried = carriedFindings(found, traceOf(root, ...loop.slice(1), failed));
    expect(carried.findings.map(({ kind }) => kind)).not.toContain('n-plus-one');
  });
});

describe('a finding that is looked at', () => {
  it('stands in the address by its kind and the span that it is about', () => {
    const view = withEvidence(model, start, nPlusOne, 3);
    const params = paramsFromView(model, view);
    expect(params).toMatchObject({ finding: 'n-plus-one~000000000000000a', span: '000000000000000c' });
    const again = viewFromParams(model, parseTraceView({ ...params }));
    expect(chosenFinding(found, again)).toBe(nPlusOne);
    expect(chosenFinding(undefined, again)).toBeUndefined();
    expect(chosenFinding(found, start)).toBeUndefined();
  });

  it.each(['n-plus-one', 'n-plus-one~', 'n-plus-one~12', 'N+1~000000000000000a', '~000000000000000a'])(
    'is none when the address makes no sense: %s',
    (finding) => expect(parseTraceView({ finding })).toEqual({}),
  );

  it('is told from one like it that came up to the same root', () => {
    const reserve: TestSpan = {
      id: 40,
      parent: 2,
      start: 10_000,
      duration: 20_000,
      name: 'reserve',
      more: { status: 2 },
    };
    const pay: TestSpan = { ...reserve, id: 41, start: 50_000, name: 'charge' };
    const twoErrors = traceOf(
      { ...root, more: { kind: 2, status: 2 } },
      { id: 2, parent: 1, start: 0, duration: 100_000, name: 'buy', more: { status: 2 } },
      reserve,
      pay,
    );
    const both = traceFindings(twoErrors, findFindings(twoErrors.tree));
    const errors = both.findings.filter(({ kind }) => kind === 'error-origin');
    expect(errors.map(({ subject }) => twoErrors.tree.spans[subject]!.name).sort()).toEqual(['charge', 'reserve']);
    expect(new Set(errors.map(findingKey)).size).toBe(2);
    for (const error of errors) {
      const view = withEvidence(twoErrors, viewFromParams(twoErrors, {}), error, error.subject);
      const again = viewFromParams(twoErrors, parseTraceView({ ...paramsFromView(twoErrors, view) }));
      expect(chosenFinding(both, again)).toBe(error);
      expect(again.selected).toBe(error.subject);
    }
  });

  it('is none any more when it is about another span', () => {
    const view = viewFromParams(model, { finding: 'n-plus-one~000000000000000b' });
    expect(chosenFinding(found, view)).toBeUndefined();
  });

  it('is shown in the waterfall, whatever was shown before', () => {
    const before: ViewState = { ...start, tab: 'json', only: 'critical', panelOpen: false };
    const hidden = withFolded(before, [0], true);
    const view = withEvidence(model, hidden, nPlusOne, 2);
    expect(view).toMatchObject({ tab: 'waterfall', only: undefined, panelOpen: true, selected: 2, folded: new Set() });
  });

  it('leaves the window alone where the span is in it, and shows the whole trace where it is not', () => {
    const window = { from: 0, to: 5_000_000 };
    expect(withEvidence(model, { ...start, window }, nPlusOne, 1).window).toEqual(window);
    expect(withEvidence(model, { ...start, window }, nPlusOne, 2).window).toEqual(wholeTrace(model));
  });

  it('is walked round in both directions, and entered from any span', () => {
    expect(nextEvidence(nPlusOne, 1, 1)).toBe(2);
    expect(nextEvidence(nPlusOne, 6, 1)).toBe(1);
    expect(nextEvidence(nPlusOne, 1, -1)).toBe(6);
    expect([nextEvidence(nPlusOne, 0, 1), nextEvidence(nPlusOne, 7, 1), nextEvidence(nPlusOne, -1, 1)]).toEqual([
      1, 1, 1,
    ]);
    expect([nextEvidence(nPlusOne, 0, -1), nextEvidence(nPlusOne, 7, -1)]).toEqual([6, 6]);
  });
});
