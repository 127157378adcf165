import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { MainJob } from './main-job.ts';

let directory: string;
let job: MainJob | undefined;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'spanwise-start-'));
});

afterEach(async () => {
  job?.child.kill('SIGKILL');
  await job?.ended;
  await rm(directory, { recursive: true, force: true });
});

it(
  'prints one complete trace with its critical path and ends by itself with status 0',
  { timeout: 90_000 },
  async () => {
    job = new MainJob(directory, ['--for', '8s']);
    const id = await job.traceId();

    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await job.ended).toEqual({ code: 0, signal: null });
    for (const service of ['gateway', 'orders', 'inventory']) expect(job.output).toContain(service);
    expect(job.output).toMatch(/critical path/i);
    expect(job.output).toMatch(/\d+ requests, 0 failed/);
  },
);

it('ends everything in time on Ctrl-C and leaves no process', { timeout: 90_000 }, async () => {
  job = new MainJob(directory);
  await job.traceId();
  const children = await descendantsOf(job.child.pid ?? 0);
  expect(children.length).toBeGreaterThanOrEqual(6);

  job.child.kill('SIGINT');

  // Status 0 says that nothing had to be killed: each step of the end has a deadline, 4.7 seconds in all.
  expect(await job.ended).toEqual({ code: 0, signal: null });
  for (const child of children) expect(isAlive(child), `process ${child} is still there`).toBe(false);
});

it('leaves no process behind when it is killed itself', { timeout: 90_000 }, async () => {
  job = new MainJob(directory);
  await job.traceId();
  const children = await descendantsOf(job.child.pid ?? 0);

  job.child.kill('SIGKILL');
  await job.ended;

  await expect.poll(() => children.filter(isAlive), { timeout: 10_000 }).toEqual([]);
});

it('names the setting when a port is in use', { timeout: 60_000 }, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  job = new MainJob(directory, ['--port-main', String(port)]);

  expect((await job.ended).code).toBe(1);
  expect(job.output).toContain(String(port));
  expect(job.output).toContain('--port-main');
  other.close();
});

it.each([
  ['--for', 'soon'],
  ['--port-main', '65536'],
])('shows a wrong value and the fix, with status 2: %s %s', { timeout: 60_000 }, async (flag, value) => {
  job = new MainJob(directory, [flag, value]);

  expect((await job.ended).code).toBe(2);
  expect(job.output).toContain(value);
});

/** Process ids of everything below `pid`. */
async function descendantsOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const parent = /^\d+ \(.*\) \S+ (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const found: number[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [child, parent] of parents) {
      if (parent === next) {
        found.push(child);
        waiting.push(child);
      }
    }
  }
  return found;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
