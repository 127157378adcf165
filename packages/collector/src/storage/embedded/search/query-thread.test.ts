import { expect, it } from 'vitest';

import { settingsOf } from '../options.ts';
import { QueryThread } from './query-thread.ts';

it('waits longer each time before it starts a worker that ends at load, and fails what was asked', async () => {
  const waits: number[] = [];
  let resolve = (): void => {};
  const fiveWaits = new Promise<void>((done) => {
    resolve = done;
  });
  const thread = new QueryThread({
    file: new URL('fixtures/failing-worker.js', import.meta.url),
    settings: settingsOf({ directory: 'unused' }),
    logger: undefined,
    onRestart: () => {},
    after: (millis, start) => {
      if (waits.push(millis) < 5) setImmediate(start);
      else resolve();
      return () => {};
    },
  });
  await expect(thread.ask('catalogue')).rejects.toThrow('ended twice');
  await fiveWaits;
  expect(waits).toEqual([100, 200, 400, 800, 1600]);
  await thread.close();
  await expect(thread.ask('catalogue')).rejects.toThrow('closed');
});
