import { expect, test } from 'vitest';
import { positionOf, treeOf } from '../test/trace-fixture.ts';
import { criticalPath } from './critical-path.ts';
import { describePath } from './describe-path.ts';
import { pathShares } from './path-shares.ts';

const select = { parent: 1, service: 'orders', name: 'SELECT item' } as const;
const tree = treeOf(
  { id: 1, at: [0, 1_000], service: 'gateway', name: 'GET /' },
  { id: 2, at: [100, 300], ...select },
  { id: 3, at: [300, 700], ...select },
  { id: 4, at: [710, 720], ...select },
);

test('operations are summed up, the largest first, and point at the span that adds most', () => {
  expect(pathShares(tree, criticalPath(tree))).toEqual([
    {
      serviceName: 'orders',
      spanName: 'SELECT item',
      nanos: 610,
      share: 0.61,
      spanCount: 3,
      index: positionOf(tree, 3),
    },
    { serviceName: 'gateway', spanName: 'GET /', nanos: 390, share: 0.39, spanCount: 1, index: 0 },
  ]);
});

test('names are not confused with each other where service and operation meet', () => {
  const close = treeOf(
    { id: 1, at: [0, 10], service: 'a', name: 'b c' },
    { id: 2, parent: 1, at: [0, 5], service: 'a b', name: 'c' },
  );
  expect(pathShares(close, criticalPath(close))).toHaveLength(2);
});

test('an empty path has no shares', () => {
  expect(pathShares(tree, [])).toEqual([]);
  expect(describePath(tree, [])).toBe('critical path 0 ns');
});

test('the sentence names how often', () => {
  expect(describePath(tree, criticalPath(tree))).toBe(
    'critical path 1.00 µs: 61 % orders SELECT item × 3, 39 % gateway GET /',
  );
});

test('five operations are named; of six the last two are others', () => {
  const flat = (count: number): string => {
    const steps = Array.from({ length: count }, (_, at) => ({
      id: at + 2,
      parent: 1,
      name: `step ${at}`,
      at: [at * 10, at === 5 ? 50.04 : at * 10 + 10] as const,
    }));
    const many = treeOf({ id: 1, at: [0, count === 6 ? 50.04 : count * 10], name: 'root' }, ...steps);
    return describePath(many, criticalPath(many));
  };
  expect(flat(5)).toBe('critical path 50 ns: ' + [0, 1, 2, 3, 4].map((at) => `20 % shop step ${at}`).join(', '));
  expect(flat(6)).toMatch(/, 20 % 2 others$/);
});
