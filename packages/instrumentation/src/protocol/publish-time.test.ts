import { expect, test } from 'vitest';

import { waitedMillis } from './publish-time.ts';

test.each([
  ['1000', 1000, 0],
  ['1000', 1250, 250],
  ['0', 5, 5],
  ['0000000000001000', 1001, 1],
])('published at %s and seen at %d is a wait of %d ms', (header, now, wait) => {
  expect(waitedMillis(header, now)).toBe(wait);
});

test.each([
  ['by a clock that is ahead', '1001'],
  ['in more digits than a time has', '00000000000001000'],
  ['in the past before 1970', '-1'],
  ['as a fraction', '1.5'],
  ['as another kind of number', '1e3'],
  ['as no number', 'soon'],
  ['as nothing', ''],
  ['twice', ['1', '2']],
  ['not at all', undefined],
])('a time that is given %s is none', (_how, header) => {
  expect(waitedMillis(header, 1000)).toBeUndefined();
});
