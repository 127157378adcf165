import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { eventually } from '../span-store.conformance.ts';
import type { LockClock } from './directory-lock.ts';
import { DirectoryLock } from './directory-lock.ts';
import { temporaryDirectory } from './opened-store.fixture.ts';

describe.skipIf(process.platform !== 'linux')('DirectoryLock', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let file = '';
  beforeEach(() => {
    directory = temporaryDirectory();
    file = path.join(directory.path, 'lock');
  });
  afterEach(() => directory.remove());

  /** Time passes by waiting; `onWait` is what another process does meanwhile. */
  function clock(
    onWait: (waitedMillis: number) => void = () => {},
  ): LockClock & { waited: number; beat: () => void; beating: boolean } {
    const state = {
      waited: 0,
      beat: () => {},
      beating: false,
      every: (_: number, run: () => void) => {
        state.beat = run;
        state.beating = true;
        return () => {
          state.beating = false;
        };
      },
      elapsedMillis: () => state.waited,
      wait: async (millis: number) => {
        state.waited += millis;
        onWait(state.waited);
      },
    };
    return state;
  }

  /** What this process writes itself. */
  async function ownLock(): Promise<{ pid: number; started: string; scope: string }> {
    const lock = await DirectoryLock.take(file, clock());
    const content = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; started: string; scope: string };
    lock.release();
    return content;
  }

  it('touches the lock with each beat', async () => {
    const time = clock();
    const lock = await DirectoryLock.take(file, time);
    utimesSync(file, new Date(0), new Date(0));
    time.beat();
    expect(statSync(file).mtimeMs).toBeGreaterThan(0);
    lock.release();
    expect(time.beating).toBe(false);
  });

  it('tells once when another process took it, and leaves that one its lock', async () => {
    const time = clock();
    const lock = await DirectoryLock.take(file, time);
    let losses = 0;
    lock.onLost(() => (losses += 1));
    const other = JSON.stringify({ pid: process.pid, started: '1', scope: 'elsewhere' });
    writeFileSync(file, other);
    time.beat();
    expect([losses, time.beating]).toEqual([1, false]);
    lock.release();
    expect(readFileSync(file, 'utf8')).toBe(other);
  });

  it('is not lost by a file that cannot be read', async () => {
    const time = clock();
    const lock = await DirectoryLock.take(file, time);
    let losses = 0;
    lock.onLost(() => (losses += 1));
    writeFileSync(file, '');
    time.beat();
    expect([losses, time.beating]).toEqual([0, true]);
    lock.release();
  });

  it('takes over at once from an earlier process with our id and our view of processes', async () => {
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), started: '1' }));
    const time = clock();
    const lock = await DirectoryLock.take(file, time);
    expect(time.waited).toBe(0);
    lock.release();
    expect(existsSync(file)).toBe(false);
  });

  it('takes over at once from a process that was killed and is not reaped', async () => {
    // The shell's child ends when the pipe does, and the program that the shell has become by then never asks for it.
    const parent = spawn('sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    try {
      const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
      const pid = Number(line.toString());
      await eventually(
        async () => readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim(),
        (name) => name === 'sleep',
      );
      (parent.stdio[3] as Writable).end();
      const stat = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
      await eventually(
        async () => stat()[2],
        (state) => state === 'Z',
      );
      writeFileSync(file, JSON.stringify({ ...(await ownLock()), pid, started: stat()[21] }));
      const time = clock();
      (await DirectoryLock.take(file, time)).release();
      expect(time.waited).toBe(0);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('takes over at once from a process that is gone here', async () => {
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), pid: 2 ** 22 + 1 }));
    const time = clock();
    (await DirectoryLock.take(file, time)).release();
    expect(time.waited).toBe(0);
  });

  it.each([
    ['of another container', { started: '1', scope: 'elsewhere' }],
    ['that cannot be told', { started: '1', scope: '' }],
  ])('refuses our own id %s while the lock is touched', async (_, other) => {
    writeFileSync(file, JSON.stringify({ ...(await ownLock()), ...other }));
    const time = clock((waited) => {
      if (waited >= 2000) utimesSync(file, new Date(), new Date(Date.now() + 1));
    });
    await expect(DirectoryLock.take(file, time)).rejects.toThrow(`in use by process ${process.pid}`);
    expect(existsSync(file)).toBe(true);
  });

  it('takes over from another container that was silent for ten seconds', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: '1', scope: 'elsewhere' }));
    const time = clock();
    (await DirectoryLock.take(file, time)).release();
    expect(time.waited).toBe(10_000);
  });

  it('does not wait for another container that was silent for more than a minute', async () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: '1', scope: 'elsewhere' }));
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(file, longAgo, longAgo);
    const time = clock();
    (await DirectoryLock.take(file, time)).release();
    expect(time.waited).toBe(0);
  });

  it('shows that it lives', { timeout: 20_000 }, async () => {
    const lock = await DirectoryLock.take(file);
    const longAgo = new Date(0);
    utimesSync(file, longAgo, longAgo);
    await expect.poll(() => statSync(file).mtimeMs, { timeout: 15_000 }).toBeGreaterThan(0);
    lock.release();
  });

  it('does not remove the lock of another that took over', async () => {
    const lock = await DirectoryLock.take(file);
    writeFileSync(file, JSON.stringify({ pid: 1, started: '1', scope: 'elsewhere' }));
    lock.release();
    expect(existsSync(file)).toBe(true);
  });
});
