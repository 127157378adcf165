import { expect, test } from 'vitest';

import { quietLogger } from './quiet-logger.ts';

test('lines go to the logger, as a call of its method', () => {
  const logger = {
    lines: [] as string[],
    warn(message: string): void {
      this.lines.push(message);
    },
  };
  const quiet = quietLogger(logger);
  quiet.warn('one');
  quiet.warn('two');
  expect(logger.lines).toEqual(['one', 'two']);
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('the disk is full');
    },
  ],
  [
    'gives what cannot be read',
    () =>
      // oxlint-disable-next-line unicorn/no-thenable -- what it is about
      Object.defineProperty({}, 'then', {
        get: () => {
          throw new Error('no');
        },
      }),
  ],
  [
    'gives a thenable that throws',
    () => ({
      // oxlint-disable-next-line unicorn/no-thenable -- what it is about
      then: () => {
        throw new Error('no');
      },
    }),
  ],
])('a logger that %s says nothing', (_, warn) => {
  expect(() => quietLogger({ warn }).warn('x')).not.toThrow();
});

test.each<[string, () => unknown]>([
  ['a promise', () => Promise.reject(new Error('the disk is full'))],
  [
    'a function that is a thenable',
    // oxlint-disable-next-line unicorn/no-thenable -- what it is about
    () => Object.assign(() => {}, { then: (_: unknown, failed: (error: Error) => void) => failed(new Error('no')) }),
  ],
])('a logger that gives %s that rejects leaves no unhandled rejection', async (_, warn) => {
  const unhandled: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', (reason) => void unhandled.push(reason));
  quietLogger({ warn }).warn('x');
  // Node tells them between the microtasks and the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  process.removeAllListeners('unhandledRejection');
  for (const other of others) process.on('unhandledRejection', other);
  expect(unhandled).toEqual([]);
});
