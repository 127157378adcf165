import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { startCollectorProcess } from './collector-process.ts';
import { MainJob } from './main-job.ts';
import { traceBody, traceIdOf } from './retrying-client.ts';
import { until } from './until.ts';

let directory: string;
let job: MainJob;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'spanwise-ending-'));
});

afterEach(async () => {
  job.child.kill('SIGKILL');
  await job.ended;
  await rm(directory, { recursive: true, force: true });
});

/**
 * Sends the signal, and fails when the job does not end with status 0 or leaves a process. That status is the job's own
 * word for less than five seconds: what is not over in its budget is killed, and then it fails. The deadline here is
 * for a job that is done and does not go; it leaves a busy machine time to deliver the signal and to clear up.
 */
async function endsInTime(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  job.child.kill(signal);
  const { code } = await until('the job has ended', () => endOf(job), 8_000);
  expect(code, job.output).toBe(0);
  expect(await job.processes()).toEqual([]);
}

async function endOf({ ended }: MainJob): Promise<{ code: number | null } | undefined> {
  return Promise.race([ended, new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]);
}

it.each([
  ['once it runs', /(starting) collector and shop/],
  ['once the page is there', /page\s+(http:)/],
  ['once the load runs', /shop\s+(http:)/],
  ['once a trace was printed', /this (trace)/],
])('ends everything in time on Ctrl-C %s', { timeout: 90_000 }, async (_, moment) => {
  job = new MainJob(directory);
  await job.printed(moment, 60_000);

  await endsInTime();
  expect(job.output).toContain('stopping');
});

it(
  'ends everything in time while the collector replays its journal, and loses nothing',
  { timeout: 90_000 },
  async () => {
    await crashWithFullJournal();
    job = new MainJob(directory);
    await until('the replay has begun', () => existsSync(path.join(directory, 'lock')) || undefined);

    await endsInTime();
    expect(job.output).not.toContain('page');
    const collector = await startCollectorProcess({ dataDirectory: directory });
    const answer = await fetch(`${collector.mainUrl}/api/spanwise/v1/traces/${traceIdOf(1, 1)}`);
    expect(((await answer.json()) as { count: number }).count).toBe(spansInTrace);
    await collector.end('SIGTERM');
  },
);

it('ends everything in time while somebody holds a request open, and kills nobody', { timeout: 90_000 }, async () => {
  job = new MainJob(directory);
  const pageUrl = await job.pageUrl();
  await job.traceId();
  const headers = { 'content-type': 'application/json', 'content-length': 1_000, expect: '100-continue' };
  const open = request(`${pageUrl}/api/v2/spans`, { method: 'POST', headers });
  const cut = once(open, 'error');
  open.flushHeaders();
  await once(open, 'continue');

  await endsInTime('SIGTERM');
  await cut;
});

/** So many that a replay takes a good part of a second, and too few for a segment. */
const bodies = 40;
const spansInTrace = 2_000;

/** Leaves the data directory as a crash does, with all spans in the journal. */
async function crashWithFullJournal(): Promise<void> {
  const collector = await startCollectorProcess({ dataDirectory: directory });
  for (let turn = 1; turn <= bodies; turn += 1) {
    const response = await fetch(`${collector.otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: traceBody(1, turn, spansInTrace) as Uint8Array<ArrayBuffer>,
    });
    expect(response.status).toBe(200);
  }
  await collector.end('SIGKILL');
  await rm(path.join(directory, 'lock'));
}
