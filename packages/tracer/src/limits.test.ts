import { expect, it } from 'vitest';

import { checkLimits, defaultLimits } from './limits.ts';

it('are the defaults but for those given', () => {
  expect(checkLimits(undefined)).toEqual(defaultLimits);
  expect(checkLimits({ maxTags: 0 })).toEqual({ ...defaultLimits, maxTags: 0 });
  expect(checkLimits({ maxTags: undefined as never })).toEqual(defaultLimits);
});

it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5'])('refuse %s', (maxTags) => {
  expect(() => checkLimits({ maxTags: maxTags as number })).toThrow(
    'limits.maxTags must be a whole number of at least 0',
  );
});
