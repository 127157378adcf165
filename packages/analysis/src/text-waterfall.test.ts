import { SpanStatus } from '@spanwise/wire';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../test/random-trace.ts';
import { treeOf } from '../test/trace-fixture.ts';
import type { SpanSketch } from '../test/trace-fixture.ts';
import { displayWidth } from './display-width.ts';
import { textWaterfall } from './text-waterfall.ts';

const shop: SpanSketch[] = [
  { id: 1, at: [0, 124e6], service: 'gateway', name: 'GET /checkout' },
  { id: 2, parent: 1, at: [10e6, 118e6], service: 'orders', name: 'POST /orders' },
  { id: 3, parent: 2, at: [20e6, 55e6], service: 'orders', name: 'SELECT item' },
  { id: 4, parent: 2, at: [55e6, 97.04e6], service: 'orders', name: 'SELECT item' },
  { id: 5, parent: 1, at: [12e6, 30e6], service: 'payment', name: 'POST /charge', status: SpanStatus.error },
];

test('a trace looks like this', () => {
  expect(textWaterfall(treeOf(...shop), { width: 80 })).toBe(
    [
      'gateway GET /checkout  124 ms  5 spans, 3 services, 1 error  trace 00000000000000000000000000000007',
      '  gateway GET /checkout  ████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░██  124 ms',
      '    orders POST /orders      ████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████    108 ms',
      '      orders SELECT item         █████████████                           35.0 ms',
      '      orders SELECT item                      ████████████████           42.0 ms',
      '✗   payment POST /charge      ░░░░░░                                     18.0 ms',
      'critical path 124 ms: 62 % orders SELECT item × 2, 25 % orders POST /orders, 13 % gateway GET /checkout',
      '',
    ].join('\n'),
  );
});

test('colour only adds escape sequences', () => {
  const tree = treeOf(...shop);
  const plain = textWaterfall(tree, { width: 80 });
  const painted = textWaterfall(tree, { width: 80, color: true });
  expect(painted).not.toBe(plain);
  // oxlint-disable-next-line no-control-regex
  expect(painted.replace(/\u001b\[[\d;]*m/g, '')).toBe(plain);
  expect(plain).not.toContain('\u001b');
});

test('a label gets what the longest one needs, up to six tenths', () => {
  const named = (name: string) => textWaterfall(treeOf({ id: 1, at: [0, 1e6], service: 'a', name }), { width: 84 });
  // 84 columns less sign, blanks and duration leave 73.
  const longest = 'n'.repeat(Math.floor(73 * 0.6) - 2);
  expect(named(longest)).toContain(`a ${longest} █`);
  expect(named(`${longest}n`)).not.toContain(`a ${longest}n █`);
});

test('no spans', () => {
  expect(textWaterfall(treeOf())).toBe('no spans\n');
});

test('warnings are counted and told in words', () => {
  const orphan = '  shop span 1: its parent is missing from the trace, so it is shown as a root';
  const unfinished = '  shop span 1: it had not finished when it was reported';
  expect(textWaterfall(treeOf({ id: 1, parent: 9 }))).toContain(`\n1 warning\n${orphan}\n`);
  expect(textWaterfall(treeOf({ id: 1, parent: 9, at: [0, undefined] }))).toContain(
    `\n2 warnings\n${orphan}\n${unfinished}\n`,
  );
});

test('of more than ten warnings the rest is counted', () => {
  const orphans = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1, parent: 99 }));
  expect(textWaterfall(treeOf(...orphans(10)))).not.toContain('more warning');
  expect(textWaterfall(treeOf(...orphans(11)))).toMatch(/shop span 10: [^\n]*\n {2}… 1 more warning\n$/);
});

test('a span without a duration has an ellipsis for one', () => {
  expect(textWaterfall(treeOf({ id: 1, at: [0, undefined] }))).toMatch(/ …\n/);
});

test('what is left out is counted', () => {
  const tree = treeOf(...shop);
  expect(textWaterfall(tree, { maxSpans: 4 })).toContain('\n  … 1 more span\n');
  expect(textWaterfall(tree, { maxSpans: 3 })).toContain('\n  … 2 more spans\n');
  expect(textWaterfall(tree, { maxSpans: 5 })).not.toContain('more span');
});

test('names cannot command the terminal', () => {
  const evil = { name: 'a\u001b[2Jb\nc\u202e', service: 's\r\u009b1m' };
  const text = textWaterfall(treeOf({ id: 1, at: [0, 5], ...evil }, { id: 2, parent: 1, at: [0, 5], ...evil }));
  expect(text).toContain('s��1m a�[2Jb�c�');
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test('levels are indented as far as there is room', () => {
  const chain = Array.from({ length: 7 }, (_, at) => ({ id: at + 1, parent: at, at: [0, 100] as const }));
  expect(textWaterfall(treeOf(...chain), { width: 120 })).toContain(`\n  ${' '.repeat(12)}shop span 7 █`);
});

test('the deepest spans show their level instead of an indent', () => {
  const chain = Array.from({ length: 60 }, (_, at) => ({ id: at + 1, parent: at, at: [0, 100] as const }));
  expect(textWaterfall(treeOf(...chain), { width: 80 })).toMatch(/\n +59› shop span 60 /);
});

describe('widths', () => {
  test('a terminal narrower than 40 columns gets 40', () => {
    const tree = treeOf(...shop);
    const narrowest = textWaterfall(tree, { width: 40 });
    expect(displayWidth(narrowest.split('\n')[1]!)).toBe(40);
    expect(textWaterfall(tree, { width: 0 })).toBe(narrowest);
    expect(textWaterfall(tree, { width: 40.9 })).toBe(narrowest);
    expect(textWaterfall(tree, { width: 41 })).not.toBe(narrowest);
  });

  test('the first rejected', () => {
    const tree = treeOf(...shop);
    const noWidth = { width: Number.NaN };
    expect(() => textWaterfall(tree, noWidth)).toThrow(new RangeError('width must be a number of columns: was NaN'));
    expect(textWaterfall(tree, { maxSpans: 0 })).toContain('… 5 more spans');
    expect(() => textWaterfall(tree, { maxSpans: -1 })).toThrow(
      new RangeError('maxSpans must not be negative: was -1'),
    );
  });

  test('whatever the trace and its names, a line for each span is exactly as wide as asked', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(anyTrace, fc.array(name), fc.integer({ min: 40, max: 200 }), (sketches, names, width) => {
        const named = sketches.map((span, at) => ({ ...span, name: names[at] ?? '订单服务的一个很长的名字' }));
        const tree = treeOf(...named);
        const rows = textWaterfall(tree, { width })
          .split('\n')
          .slice(1, tree.spans.length + 1);
        if (tree.spans.length > 0) expect(new Set(rows.map(displayWidth))).toEqual(new Set([width]));
      }),
    );
  });
});
