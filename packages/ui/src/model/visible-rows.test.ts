import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sixSpans, traceOf } from './testing/trace-of.ts';
import { ancestorsOf, childrenOf, placesOf, siblingPositions, visibleRows } from './visible-rows.ts';

const none: ReadonlySet<number> = new Set();

describe('visibleRows', () => {
  const { tree } = sixSpans();

  it('gives every span in the order of the tree', () => {
    expect([...visibleRows(tree, { folded: none, focus: -1 })]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('hides what is under a folded span', () => {
    expect([...visibleRows(tree, { folded: new Set([1]), focus: -1 })]).toEqual([0, 1, 5]);
  });

  it('keeps to the subtree in focus', () => {
    expect([...visibleRows(tree, { folded: none, focus: 1 })]).toEqual([1, 2, 3, 4]);
    expect([...visibleRows(tree, { folded: new Set([1]), focus: 1 })]).toEqual([1]);
  });

  it('keeps the ancestors of what is asked for', () => {
    const only = Uint8Array.from([0, 0, 0, 0, 1, 0]);
    expect([...visibleRows(tree, { folded: none, focus: -1, only })]).toEqual([0, 1, 4]);
  });

  it('shows every span but those under folded ones, whatever the tree', () => {
    const parents = array(integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 });
    assert(
      property(parents, array(integer({ min: 0, max: 59 })), (links, folds) => {
        const random = traceOf(
          ...links.map((link, at) => ({ id: at + 1, parent: at === 0 ? 0 : link % (at + 1), start: at, duration: 5 })),
        ).tree;
        const folded = new Set(folds.map((fold) => fold % links.length));
        const rows = [...visibleRows(random, { folded, focus: -1 })];
        const expected = [...random.order].filter(
          (index) => !ancestorsOf(random, index).some((above) => folded.has(above)),
        );
        expect(rows).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('walks a chain of 20,000 levels', () => {
    const chain = traceOf(
      ...Array.from({ length: 20_000 }, (_, at) => ({ id: at + 1, parent: at, start: at, duration: 1 })),
    ).tree;
    expect(visibleRows(chain, { folded: none, focus: -1 })).toHaveLength(20_000);
    expect(ancestorsOf(chain, 19_999)).toHaveLength(19_999);
  });
});

describe('places, children and siblings', () => {
  const { tree } = sixSpans();

  it('finds children by start', () => {
    expect([...childrenOf(tree, placesOf(tree)[1]!)]).toEqual([2, 3, 4]);
    expect([...childrenOf(tree, placesOf(tree)[5]!)]).toEqual([]);
  });

  it('counts positions among siblings, roots among roots', () => {
    const { position, size } = siblingPositions(tree);
    expect([...position]).toEqual([1, 1, 1, 2, 3, 2]);
    expect([...size]).toEqual([1, 2, 3, 3, 3, 2]);
  });
});
