import { SpanKind } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { treeOf } from '../test/trace-fixture.ts';
import type { SpanSketch } from '../test/trace-fixture.ts';
import { describeWarning } from './describe-warning.ts';

test.each<[spans: SpanSketch[], sentence: string]>([
  [[{ id: 1, parent: 9 }], 'its parent is missing from the trace, so it is shown as a root'],
  [[{ id: 1, parent: 1 }], 'its ancestors lead back to itself, so it is shown as a root'],
  [[{ id: 1 }, { id: 1, name: 'again' }], 'its span id is also that of shop span 1'],
  [[{ id: 1, startMicros: 0 }], 'it came without a start, so it is shown at its parent’s'],
  [[{ id: 1, at: [0, undefined] }], 'it had not finished when it was reported'],
  [[{ id: 1, at: [0, -2_000] }], 'it came with a duration of -2.00 µs: its clock ran backwards'],
  [
    [
      { id: 1, at: [5e6, 9e6] },
      { id: 2, parent: 1, at: [0, 9e6] },
    ],
    'it starts 5.00 ms before its parent shop span 1: the clocks of their hosts disagree',
  ],
  [
    [
      { id: 1, at: [0, 1e6], kind: SpanKind.client },
      { id: 2, parent: 1, at: [5e6, 9e6], kind: SpanKind.server },
    ],
    'it starts 4.00 ms after the end of its parent shop span 1: the clocks of their hosts disagree',
  ],
  [
    [
      { id: 1, at: [0, 5e6] },
      { id: 2, parent: 1, at: [1e6, 9e6] },
    ],
    'it ends 4.00 ms after its parent shop span 1, which did not wait for it',
  ],
])('%#: each kind has its sentence', (spans, sentence) => {
  const tree = treeOf(...spans);
  expect(tree.warnings.map((warning) => describeWarning(tree, warning))).toEqual([sentence]);
});
