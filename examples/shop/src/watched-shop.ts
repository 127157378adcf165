import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { TraceColumns, TraceSearchAnswer } from '@spanwise/wire/query';

import { collectorAddresses, unusedPorts } from './collector-addresses.ts';
import type { Fault } from './faults.ts';
import { ProcessGroup } from './process-group.ts';
import type { ProcessDeath } from './process-group.ts';
import { foundation, startDatabase, startLoad, startShop, stopServices } from './shop.ts';

const command = path.join(path.dirname(createRequire(import.meta.url).resolve('spanwise/package.json')), 'lib/bin.js');

/** Longer than a slow consumer stands still, and than services keep their spans. */
const settleMillis = 6_000;
const endingMillis = 5_000;
const mostInAnswer = 1000;

/** How a shop is watched. */
export interface WatchPlan {
  /** What is planted. */
  readonly faults: readonly Fault[];
  readonly requestsPerSecond: number;
  /** Under load before it counts: processes load code and compile it while they answer their first requests. */
  readonly warmUpMillis: number;
  /** Under load while it counts. */
  readonly watchMillis: number;
}

/** What was seen, while the collector still answers. */
export interface Watched {
  /** The collector's page. */
  readonly pageUrl: string;
  /** The time that counts, in microseconds. */
  readonly startMicros: number;
  readonly endMicros: number;
  /** Every trace that began in the time that counts, the oldest first, as the collector's API has it. */
  readonly traces: readonly TraceColumns[];
}

/**
 * Runs the shop with a collector of its own under load, for a while; hands what was seen to `look`, and then ends all of it and
 * deletes what was stored. Rejects when a process ends by itself. Requests that fail are not looked at: some faults make them.
 */
export async function watchShop<T>(plan: WatchPlan, look: (watched: Watched) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-shop-'));
  mkdirSync(path.join(directory, 'logs'));
  let died: (death: ProcessDeath) => void = () => {};
  const death = new Promise<never>((_, reject) => {
    died = ({ name, code, signal, lastWords }) =>
      reject(new Error(`${name} ended: ${signal ?? `status ${code}`}\n${lastWords}`.trimEnd()));
  });
  const group = new ProcessGroup(path.join(directory, 'logs'), (one) => died(one));
  try {
    return await Promise.race([watch(group, directory, plan, look), death]);
  } finally {
    await stopServices(group);
    await group.stop([...foundation, 'collector'], endingMillis);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function watch<T>(
  group: ProcessGroup,
  directory: string,
  { faults, requestsPerSecond, warmUpMillis, watchMillis }: WatchPlan,
  look: (watched: Watched) => T | Promise<T>,
): Promise<T> {
  const ports = [
    '--port-main',
    '0',
    '--port-otlp-http',
    '0',
    ...unusedPorts,
    '--data-dir',
    path.join(directory, 'data'),
  ];
  const collector = group.start({ name: 'collector', script: command, args: ['collector', ...ports] });
  const database = startDatabase(group);
  const { pageUrl, otlpUrl } = collectorAddresses(await collector.ready);
  const { gatewayUrl } = await startShop(group, database, otlpUrl, { faults });
  const load = startLoad(group, gatewayUrl, requestsPerSecond);
  await load.ready;
  await passing(warmUpMillis);
  const startMicros = Date.now() * 1000;
  await passing(watchMillis);
  const endMicros = Date.now() * 1000;
  // It goes on meanwhile: with its end the last requests would have the machine for themselves.
  await passing(settleMillis);
  return look({ pageUrl, startMicros, endMicros, traces: await tracesBetween(pageUrl, startMicros, endMicros) });
}

/** The API answers with the newest, so the next question is about what was before them. */
async function tracesBetween(pageUrl: string, startMicros: number, endMicros: number): Promise<TraceColumns[]> {
  const ids = new Set<string>();
  for (let until = endMicros; ;) {
    const fields = { startMicros: String(startMicros), endMicros: String(until), limit: String(mostInAnswer) };
    const { traces } = await getJson<TraceSearchAnswer>(pageUrl, `traces?${new URLSearchParams(fields).toString()}`);
    const before = ids.size;
    for (const { traceId, startMicros: start } of traces) if (start >= startMicros) ids.add(traceId);
    if (traces.length < mostInAnswer || ids.size === before) break;
    until = Math.min(...traces.map(({ startMicros: start }) => start));
  }
  const columns: TraceColumns[] = [];
  for (const id of [...ids].reverse()) columns.push(await getJson<TraceColumns>(pageUrl, `traces/${id}`));
  return columns.sort((left, right) => left.baseMicros - right.baseMicros);
}

async function getJson<T>(pageUrl: string, question: string): Promise<T> {
  const response = await fetch(`${pageUrl}/api/spanwise/v1/${question}`);
  if (!response.ok) throw new Error(`${question} was answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

function passing(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
