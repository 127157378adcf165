import { runInNewContext } from 'node:vm';

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

it('takes an error of another realm for one', () => {
  const error = runInNewContext(`new RangeError('too far')`) as Error;
  expect(error).not.toBeInstanceOf(Error);
  expect(errorFields(error)).toMatchObject({ 'error.kind': 'RangeError', message: 'too far', stack: error.stack });
});

it('gives of an error what can be read', () => {
  const blind = new Proxy(new TypeError('hidden'), {
    get: () => {
      throw new Error('trap');
    },
  });
  const { 'error.object': object, ...others } = errorFields(blind);
  expect([object === blind, others]).toEqual([true, { event: 'error', message: '[unreadable]' }]);
  const error = Object.defineProperty(new TypeError('no'), 'stack', {
    get: () => {
      throw new Error('trap');
    },
  });
  expect(errorFields(error)).toEqual({
    event: 'error',
    'error.kind': 'TypeError',
    'error.object': error,
    message: 'no',
  });
});

it('takes an object that cannot be made text, and one that cannot be read', () => {
  const unreadable = new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
      getPrototypeOf: () => {
        throw new Error('trap');
      },
    },
  );
  for (const thrown of [Object.create(null), unreadable]) {
    expect(errorFields(thrown)).toMatchObject({ event: 'error', message: '[unreadable]' });
  }
});
