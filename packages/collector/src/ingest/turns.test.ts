import { expect, it } from 'vitest';

import { Turns } from './turns.ts';

it('runs no more at a time than it may, all in order, whether they fail or not', async () => {
  const turns = new Turns(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const tasks = [0, 1, 2, 3].map((index) =>
    turns.run(async () => {
      started.push(index);
      await new Promise<void>((resolve) => (finish[index] = resolve));
      if (index === 0) throw new Error('planned');
      return index;
    }),
  );
  expect(started).toEqual([0, 1]);
  finish[0]!();
  await expect(tasks[0]).rejects.toThrow('planned');
  expect(started).toEqual([0, 1, 2]);
  finish[1]!();
  await tasks[1];
  finish[2]!();
  await tasks[2];
  finish[3]!();
  expect(await Promise.all(tasks.slice(1))).toEqual([1, 2, 3]);
});
