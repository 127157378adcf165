import { expect, it } from 'vitest';

import { errorFields } from './error-fields.ts';

it('names an error by its name, and its code apart', () => {
  const error = Object.assign(new TypeError('no connection'), { code: 'ECONNREFUSED' });
  expect(errorFields(error)).toEqual({
    event: 'error',
    'error.kind': 'TypeError',
    'error.code': 'ECONNREFUSED',
    'error.object': error,
    message: 'no connection',
    stack: error.stack,
  });
});

it.each(['', 20, undefined])('leaves out the code %j', (code) => {
  expect(errorFields(Object.assign(new Error('no'), { code }))).not.toHaveProperty('error.code');
});

it.each([
  ['text', 'text'],
  [undefined, 'undefined'],
  [7, '7'],
])('takes %j, which is no error', (thrown, message) => {
  expect(errorFields(thrown)).toEqual({ event: 'error', 'error.object': thrown, message });
});
