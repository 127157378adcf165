import { mkdtemp, rm } from 'node:fs/promises';
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
  'prints one complete trace with its critical path, ends by itself with status 0, and prints another one in the next run on the same data',
  { timeout: 120_000 },
  async () => {
    job = new MainJob(directory, ['--for', '8s']);
    const id = await job.traceId();

    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await job.ended).toEqual({ code: 0, signal: null });
    for (const service of ['gateway', 'orders', 'catalogue', 'payment', 'billing'])
      expect(job.output).toContain(service);
    expect(job.output).toMatch(/critical path/i);
    expect(job.output).toMatch(/\d+ requests, 0 failed/);

    const startedMicros = Date.now() * 1000;
    job = new MainJob(directory);
    const next = await job.traceId();
    expect(next).not.toBe(id);
    const answer = await fetch(`${await job.pageUrl()}/api/spanwise/v1/traces/${next}`);
    const { baseMicros } = (await answer.json()) as { baseMicros: number };
    expect(baseMicros).toBeGreaterThan(startedMicros);
  },
);

it('ends by Ctrl-C with orders under way, and no service before those that call it', { timeout: 90_000 }, async () => {
  job = new MainJob(directory, ['--rate', '40']);
  await job.traceId();

  job.child.kill('SIGINT');

  expect((await job.ended).code, job.output).toBe(0);
  expect(job.output).toMatch(/\d+ requests, 0 failed/);
});

it('leaves no process behind when it is killed itself', { timeout: 90_000 }, async () => {
  job = new MainJob(directory);
  await job.traceId();
  expect((await job.processes()).length).toBeGreaterThanOrEqual(10);

  job.child.kill('SIGKILL');
  await job.ended;

  await expect.poll(() => job?.processes(), { timeout: 10_000 }).toEqual([]);
});

it('starts a collector again that was killed, keeps what it had, and goes on', { timeout: 120_000 }, async () => {
  job = new MainJob(directory);
  const pageUrl = await job.pageUrl();
  const id = await job.traceId();

  process.kill(await job.collectorProcess(), 'SIGKILL');
  await job.printed(/(the collector is back)/, 30_000);
  const killedMicros = Date.now() * 1000;

  expect((await fetch(`${pageUrl}/api/spanwise/v1/traces/${id}`)).status).toBe(200);
  const later = `${pageUrl}/api/spanwise/v1/traces?service=gateway&startMicros=${killedMicros}`;
  const found = async () => ((await (await fetch(later)).json()) as { traces: unknown[] }).traces.length;
  await expect.poll(found, { timeout: 30_000 }).toBeGreaterThan(0);
  job.child.kill('SIGINT');
  expect((await job.ended).code, job.output).toBe(0);
  expect(job.output).toMatch(/\d+ requests, 0 failed/);
});

it('fails, and says so, when its time is over before a trace came', { timeout: 60_000 }, async () => {
  job = new MainJob(directory, ['--for', '1ms']);

  expect((await job.ended).code).toBe(1);
  expect(job.output).toContain('no trace of a checkout was complete before the time of --for was over');
  expect(await job.processes()).toEqual([]);
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

it('names the setting when the port of the shop’s page is in use', { timeout: 60_000 }, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  job = new MainJob(directory, ['--port-shop', String(port)]);

  expect((await job.ended).code).toBe(1);
  expect(job.output).toMatch(new RegExp(`--port-shop ${port} cannot be had .*; write another one`));
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
