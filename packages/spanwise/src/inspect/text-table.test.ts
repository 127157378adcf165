import { expect, test } from 'vitest';

import { textTable } from './text-table.ts';

test('columns are as wide as a terminal draws their cells', () => {
  const rows = [
    ['1', '订单', 'a'],
    ['22', 'orders', 'b'],
  ];
  expect(textTable(['n', 'service', 'x'], rows, [0])).toBe(
    [' n  service  x', ' 1  订单     a', '22  orders   b'].join('\n'),
  );
  expect(textTable(['n'], [['订单'], ['x']], [0])).toBe(['   n', '订单', '   x'].join('\n'));
});

test('cells command no terminal and stay on their line', () => {
  expect(textTable(['a', 'b'], [['\x1b[2J\n', 'x']], [])).toBe('a      b\n\ufffd[2J\ufffd  x');
});
