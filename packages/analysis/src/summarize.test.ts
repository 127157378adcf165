import { SpanStatus } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { epochMicros, sketch, treeOf } from '../test/trace-fixture.ts';
import { mainRoot } from './main-root.ts';
import { summarize } from './summarize.ts';

test('a trace in a few facts', () => {
  const spans = [
    sketch({ id: 1, at: [0, 100_000], service: 'gateway', name: 'GET /' }),
    sketch({ id: 2, parent: 1, at: [10_000, 60_000], service: 'orders', status: SpanStatus.error }),
    sketch({ id: 3, parent: 2, at: [20_000, 30_000], service: 'orders' }),
    sketch({ id: 4, parent: 1, at: [90_000, 120_500], service: 'audit', followsFrom: 1 }),
  ];
  expect(summarize(spans)).toEqual({
    traceId: '00000000000000000000000000000007',
    rootService: 'gateway',
    rootName: 'GET /',
    rootMissing: false,
    startMicros: epochMicros,
    durationMicros: 120.5,
    spanCount: 4,
    errorCount: 1,
    services: [
      { name: 'orders', spanCount: 2, errorCount: 1, selfMicros: 50 },
      { name: 'audit', spanCount: 1, errorCount: 0, selfMicros: 30.5 },
      { name: 'gateway', spanCount: 1, errorCount: 0, selfMicros: 50 },
    ],
  });
});

test('no spans give empty facts', () => {
  expect(summarize([])).toEqual({
    traceId: '',
    rootService: '',
    rootName: '',
    rootMissing: false,
    startMicros: 0,
    durationMicros: 0,
    spanCount: 0,
    errorCount: 0,
    services: [],
  });
});

test('a span that names no parent stands for the trace, though an orphan with a slow clock starts before it', () => {
  const tree = treeOf({ id: 1, at: [50, 100] }, { id: 2, parent: 9, at: [0, 20] }, { id: 3, at: [60, 70] });
  expect(tree.spans[mainRoot(tree)]!.spanId1).toBe(1);
});

test('without such a span the earliest orphan does', () => {
  const tree = treeOf({ id: 1, parent: 8, at: [50, 100] }, { id: 2, parent: 9, at: [0, 20] });
  expect(tree.spans[mainRoot(tree)]!.spanId1).toBe(2);
  expect(mainRoot(treeOf())).toBe(-1);
});

test('a root without a known start stands behind one that has it', () => {
  const tree = treeOf({ id: 1, startMicros: 0 }, { id: 2, at: [50, 100] });
  expect(tree.spans[0]!.spanId1).toBe(1);
  expect(tree.spans[mainRoot(tree)]!.spanId1).toBe(2);
  expect(mainRoot(treeOf({ id: 1, startMicros: 0 }))).toBe(0);
});

test('facts say when the first span is not among the spans', () => {
  expect(summarize([sketch({ id: 1, parent: 8, at: [50, 100] })])).toMatchObject({
    rootMissing: true,
    rootName: 'span 1',
  });
  expect(summarize([sketch({ id: 1, at: [50, 100] })]).rootMissing).toBe(false);
});
