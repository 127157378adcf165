import { expect, test } from 'vitest';

import { refusalOf } from './refusal.ts';

test.each<[string, unknown, unknown]>([
  ['a refusal', { severity: 'ERROR', code: '23505' }, { statusCode: '23505', kind: 'DatabaseError' }],
  ['an error of a socket', { code: 'EPIPE' }, undefined],
  ['a severity without a code', { severity: 'ERROR' }, undefined],
  ['no error', undefined, undefined],
  [
    'what cannot be read',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    ),
    undefined,
  ],
])('of %s', (_what, error, refusal) => {
  expect(refusalOf(error)).toEqual(refusal);
});
