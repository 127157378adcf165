import { MockTracer } from '@spanwise/opentracing/mock';
import { expect, test } from 'vitest';

import { errorsOf } from '../../test/recording.ts';
import { markFailed } from './span-error.ts';

function logged(error: unknown, kind?: string): ReturnType<typeof errorsOf>[number] | undefined {
  const span = new MockTracer().startSpan('work');
  markFailed(span, error, kind);
  expect(span.tags()).toEqual({ error: true });
  return errorsOf(span)[0];
}

const coded = (message: string, code: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code });

test.each<[string, Error, object]>([
  ['nothing more', new Error('no ink'), { kind: 'Error', message: 'no ink' }],
  [
    'the message of its cause, with the code that this names',
    new TypeError('fetch failed', { cause: coded('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED') }),
    { kind: 'TypeError', code: 'ECONNREFUSED', message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:1' },
  ],
  [
    'the code before a message that does not name it',
    new TypeError('fetch failed', { cause: coded('Connect Timeout Error', 'UND_ERR_CONNECT_TIMEOUT') }),
    {
      kind: 'TypeError',
      code: 'UND_ERR_CONNECT_TIMEOUT',
      message: 'fetch failed: UND_ERR_CONNECT_TIMEOUT: Connect Timeout Error',
    },
  ],
  [
    'the first of several causes',
    new TypeError('fetch failed', {
      cause: new AggregateError([coded('connect ECONNREFUSED ::1:1', 'ECONNREFUSED'), new Error('other')]),
    }),
    { kind: 'TypeError', code: 'ECONNREFUSED', message: 'fetch failed: connect ECONNREFUSED ::1:1' },
  ],
  [
    'the first of several that it stands for itself',
    new AggregateError([coded('connect ECONNREFUSED ::1:1', 'ECONNREFUSED')]),
    { kind: 'AggregateError', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:1' },
  ],
  [
    'its own code',
    coded('order refused', 'ORDER', coded('stock is empty', 'STOCK')),
    { kind: 'Error', code: 'ORDER', message: 'order refused: STOCK: stock is empty' },
  ],
  [
    'nothing that it says already',
    new Error('failed: no ink', { cause: new Error('no ink') }),
    { message: 'failed: no ink' },
  ],
  [
    'nothing of the reason that every abort has',
    new Error('The operation was aborted', { cause: new DOMException('This operation was aborted', 'AbortError') }),
    { message: 'The operation was aborted' },
  ],
  ['nothing of a cause that is no object', new Error('failed', { cause: 'ink' }), { message: 'failed' }],
  ['nothing of a cause that is null', new Error('failed', { cause: null }), { message: 'failed' }],
])('an error tells %s', (_what, error, expected) => {
  expect(logged(error)).toMatchObject(expected);
});

test('five causes are told, and not the sixth', () => {
  let error = new Error('6');
  for (const message of ['5', '4', '3', '2', '1', '0']) error = new Error(message, { cause: error });
  expect(logged(error)?.message).toBe('0: 1: 2: 3: 4: 5');
});

test('a cause that is its own cause comes to an end', () => {
  const error = new Error('round');
  error.cause = error;
  expect(logged(error)?.message).toBe('round');
});

test('a message with causes has a thousand characters at most', () => {
  const failing = (length: number): unknown =>
    logged(new Error('a', { cause: new Error('b'.repeat(length)) }))?.message;
  expect(failing(997)).toBe(`a: ${'b'.repeat(997)}`);
  expect(failing(998)).toBe(`a: ${'b'.repeat(997)}`);
});

test('a cause that cannot be read leaves the error as it is', () => {
  const error = Object.defineProperty(new Error('failed'), 'cause', {
    get: () => {
      throw new Error('trap');
    },
  });
  expect(logged(error)).toEqual({ kind: 'Error', message: 'failed' });
});

test('a kind that is given stands in the place of the name', () => {
  expect(logged(new Error('failed'), 'DatabaseError')).toEqual({ kind: 'DatabaseError', message: 'failed' });
});

test('no error value is no log', () => {
  expect([logged(undefined), logged(null)]).toEqual([undefined, undefined]);
});
