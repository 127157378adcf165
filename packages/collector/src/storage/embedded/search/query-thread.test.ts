import { expect, it } from 'vitest';

import { settingsOf } from '../options.ts';
import { QueryThread } from './query-thread.ts';

it('fails what was asked when the worker ended twice meanwhile, and what is asked when closed', async () => {
  const messages: string[] = [];
  const log = (message: string): number => messages.push(message);
  const thread = new QueryThread({
    file: new URL('../supervision/fixtures/failing-worker.js', import.meta.url),
    settings: settingsOf({ directory: 'unused' }),
    logger: { info: log, warn: log, error: log },
    onRestart: () => {},
  });
  await expect(thread.ask('catalogue')).rejects.toThrow('ended twice');
  expect(messages.slice(0, 2)).toEqual([
    'the query worker ended (ends at load); a new one is started in 100 ms',
    'the query worker ended (ends at load); a new one is started in 200 ms',
  ]);
  await thread.close();
  await expect(thread.ask('catalogue')).rejects.toThrow('closed');
});
