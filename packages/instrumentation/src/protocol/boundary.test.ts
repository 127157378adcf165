import { expect, test } from 'vitest';

import { until } from '../../test/recording.ts';
import { Boundary } from './boundary.ts';

function boundary(): { guarded: Boundary; failures: unknown[] } {
  const failures: unknown[] = [];
  return { guarded: new Boundary('test', (error) => void failures.push(error)), failures };
}

const broken = new Error('broken');
// oxlint-disable-next-line require-await -- the callbacks of users are written so
const rejects = async (): Promise<never> => {
  throw broken;
};

/** What `process` hears of rejections that nobody handles while `action` runs. */
async function unhandledDuring(action: () => Promise<void>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const own = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  await action();
  process.removeAllListeners('unhandledRejection');
  for (const listener of own) process.on('unhandledRejection', listener);
  return unhandled;
}

test('an action that throws, and one whose promise is rejected, end here', async () => {
  const { guarded, failures } = boundary();
  guarded.run(() => {
    throw broken;
  });
  guarded.run(rejects);
  await until(() => failures.length === 2);
  expect(failures).toEqual([broken, broken]);
  expect(guarded.failures).toBe(2);
});

test('a promise that is fulfilled is no failure', async () => {
  const { guarded, failures } = boundary();
  guarded.run(() => Promise.resolve('fine'));
  guarded.run(rejects);
  await until(() => failures.length > 0);
  expect(failures).toEqual([broken]);
});

test('an answer that is a promise is none: it is told, and its rejection ends here', async () => {
  const { guarded, failures } = boundary();
  expect(guarded.ask(() => Promise.resolve(false) as never, 'subject', true)).toBe(true);
  expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining('must answer at once') })]);
  const unhandled = await unhandledDuring(async () => {
    expect(guarded.ask(rejects as never, 'subject', true)).toBe(true);
    await until(() => failures.length === 3);
  });
  expect(failures[2]).toBe(broken);
  expect(unhandled).toEqual([]);
});

test('a result whose `then` throws ends here', () => {
  const { guarded, failures } = boundary();
  const result = {
    // oxlint-disable-next-line no-thenable -- what a user's callback gives may be anything
    get then(): never {
      throw broken;
    },
  };
  guarded.run(() => result);
  expect(guarded.ask(() => result as never, 'subject', 'otherwise')).toBe('otherwise');
  expect(failures).toEqual([broken, broken]);
});

test('a listener that throws or rejects is the end of it', async () => {
  const unhandled = await unhandledDuring(async () => {
    let heard = 0;
    const listeners = [
      rejects,
      (): never => {
        throw broken;
      },
    ];
    for (const listener of listeners) {
      const guarded = new Boundary('test', (): unknown => {
        heard++;
        return listener();
      });
      expect(() => guarded.caught(broken)).not.toThrow();
    }
    // Node tells of rejections after the microtasks of this turn.
    let turns = 0;
    setImmediate(() => setImmediate(() => turns++));
    await until(() => turns === 1);
    expect(heard).toBe(2);
  });
  expect(unhandled).toEqual([]);
});
