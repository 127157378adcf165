import { once } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';

import type { SupervisedWorkerOptions } from './supervised-worker.ts';
import { SupervisedWorker } from './supervised-worker.ts';

type Command = { type: 'ask' | 'throw' | 'exit' } | { type: 'port'; port: MessagePort };
type Event = { type: 'started-with'; data: unknown } | { type: 'closed' };

describe('SupervisedWorker', () => {
  const open: SupervisedWorker<Command, Event>[] = [];
  afterEach(async () => {
    for (const worker of open.splice(0)) await worker.close();
  });

  /** What happened, in order; each next thing can be waited for. */
  function supervised(name: string, options: Partial<SupervisedWorkerOptions<Event>> = {}) {
    const happened: unknown[] = [];
    let wake = (): void => {};
    const note = (what: unknown): void => {
      happened.push(what);
      wake();
    };
    const worker = new SupervisedWorker<Command, Event>({
      file: new URL(`fixtures/${name}-worker.js`, import.meta.url),
      name,
      workerData: () => 'first',
      onEvent: ({ data }) => note({ data }),
      onEnd: ({ message }, millis) => {
        note({ message, millis });
        return true;
      },
      onRestart: () => note('restarted'),
      after: (_, start) => {
        const immediate = setImmediate(start);
        return () => clearImmediate(immediate);
      },
      ...options,
    });
    open.push(worker);
    const until = async (count: number): Promise<unknown[]> => {
      while (happened.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return happened;
    };
    return { worker, happened, until };
  }

  it('waits longer each time before it starts a worker that ends at load', async () => {
    const { until } = supervised('failing');
    const ends = [100, 200, 400, 800, 1600].map((millis) => ({ message: 'ends at load', millis }));
    expect((await until(9)).filter((what) => what !== 'restarted')).toEqual(ends);
  });

  it.each([
    ['throw', 'on purpose'],
    ['exit', 'exit with 3'],
  ] as const)('starts another with what is to be told then, when one ends by %s', async (type, message) => {
    let data = 'first';
    const { worker, until } = supervised('willing', { workerData: () => data });
    worker.send({ type: 'ask' });
    await until(1);
    data = 'second';
    worker.send({ type });
    await until(3);
    worker.send({ type: 'ask' });
    expect(await until(4)).toEqual([{ data: 'first' }, { message, millis: 100 }, 'restarted', { data: 'second' }]);
  });

  it('moves ports with a command, and closes them while there is no worker', async () => {
    const { worker, until } = supervised('willing', { after: () => () => {} });
    const moved = new MessageChannel();
    worker.send({ type: 'port', port: moved.port2 }, [moved.port2]);
    expect(await once(moved.port1, 'message')).toEqual(['arrived']);
    moved.port1.close();
    worker.send({ type: 'throw' });
    await until(1);
    const dropped = new MessageChannel();
    const closed = once(dropped.port1, 'close');
    worker.send({ type: 'port', port: dropped.port2 }, [dropped.port2]);
    await closed;
  });

  it('starts no other when its owner gives up', async () => {
    const waits: number[] = [];
    await new Promise<void>((resolve) => {
      supervised('failing', {
        onEnd: () => {
          // Whether another is started is decided right after this.
          setImmediate(resolve);
          return false;
        },
        after: (millis) => {
          waits.push(millis);
          return () => {};
        },
      });
    });
    expect(waits).toEqual([]);
  });

  it.each([
    ['that says it has closed', 'first'],
    ['that ends without a word', 'silent'],
  ])('closes a worker %s, and starts no other', async (_, data) => {
    const { worker, happened, until } = supervised('willing', { workerData: () => data });
    worker.send({ type: 'ask' });
    await until(1);
    await worker.close();
    await worker.close();
    expect(happened).toEqual([{ data }]);
  });

  it('does not start the next when it is closed between two', async () => {
    const steps: string[] = [];
    const { worker, until } = supervised('failing', {
      after: () => {
        steps.push('waits');
        return () => steps.push('cancelled');
      },
    });
    await until(1);
    await worker.close();
    expect(steps).toEqual(['waits', 'cancelled']);
  });
});
