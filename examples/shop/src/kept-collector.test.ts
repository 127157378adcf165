import { describe, expect, it } from 'vitest';

import { KeptCollector } from './kept-collector.ts';
import type { ProcessPlan, StartedProcess } from './process-group.ts';

const words = JSON.stringify({ main: 'http://127.0.0.1:41', 'otlp-http': 'http://127.0.0.1:42' });

/** Collectors that are ready when the test says so, on a clock of its own. */
function keeping() {
  const started: { plan: ProcessPlan; becomeReady: () => void; end: () => void }[] = [];
  const said: string[] = [];
  const clock = { now: 1_000 };
  const start = (plan: ProcessPlan): StartedProcess => {
    const ready = new Promise<string>((resolve, reject) => {
      started.push({ plan, becomeReady: () => resolve(words), end: () => reject(new Error('ended')) });
    });
    return { name: plan.name, ready, lastWords: () => '' } as StartedProcess;
  };
  const collector = new KeptCollector({
    group: { start },
    command: '/bin/spanwise',
    args: ['--port-main', '0'],
    say: (line) => said.push(line),
    now: () => clock.now,
  });
  return { collector, started, said, clock };
}

async function readyCollector() {
  const kept = keeping();
  const addresses = kept.collector.start();
  kept.started[0]!.becomeReady();
  expect(await addresses).toEqual({ pageUrl: 'http://127.0.0.1:41', otlpUrl: 'http://127.0.0.1:42' });
  return kept;
}

describe('a kept collector', () => {
  it('is started again at the addresses that it had', async () => {
    const { collector, started, said } = await readyCollector();
    expect(collector.startAgain('SIGKILL')).toBe(true);
    expect(started[1]!.plan.args).toEqual([
      'collector',
      '--port-main',
      '0',
      '--port-main',
      '41',
      '--port-otlp-http',
      '42',
    ]);
    expect(said).toEqual([expect.stringContaining('SIGKILL')]);
    started[1]!.becomeReady();
    await expect.poll(() => said.at(-1)).toBe('the collector is back');
  });

  it('is left when it ends for the fourth time in a minute', async () => {
    const { collector, started, said, clock } = await readyCollector();
    const endAndStart = async () => {
      const isStarted = collector.startAgain('status 1');
      if (!isStarted) return false;
      const before = said.length;
      started.at(-1)!.becomeReady();
      await expect.poll(() => said.length).toBe(before + 1);
      return true;
    };
    expect(await endAndStart()).toBe(true);
    expect(await endAndStart()).toBe(true);
    clock.now += 59_999;
    expect(await endAndStart()).toBe(true);
    expect(await endAndStart()).toBe(false);
    clock.now += 1;
    expect(await endAndStart()).toBe(true);
  });

  it('is left when it was never ready, however long that took', async () => {
    const { collector, started, clock } = await readyCollector();
    clock.now += 60_000;
    expect(collector.startAgain('SIGKILL')).toBe(true);
    clock.now += 60_000;
    started[1]!.end();
    expect(collector.startAgain('SIGKILL')).toBe(false);
  });

  it('is left when the very first was never ready', async () => {
    const { collector, started, clock } = keeping();
    const addresses = collector.start();
    clock.now += 60_000;
    expect(collector.startAgain('status 1')).toBe(false);
    started[0]!.end();
    await expect(addresses).rejects.toThrow('ended');
  });
});
