import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startCollectorProcess } from '../collector-process.ts';
import type { CollectorProcess } from '../collector-process.ts';
import { Loader } from './loader.ts';
import { readMetrics } from './metrics.ts';
import { cpuSeconds, residentMegabytes } from './process-figures.ts';
import { quantile } from './quantile.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';
import { SpanGenerator } from './span-generator.ts';

/** Full speed for minutes: memory stays flat, the journal bounded, every sampled span searchable within five seconds. */
export const soakIngest: Soak = async (args, progress) => {
  const minutes = numberArgument(args, 'minutes', 10);
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-ingest-'));
  const collector = await startCollectorProcess({ dataDirectory: directory });
  try {
    return await measure(collector, minutes, progress);
  } finally {
    await collector.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  }
};

const measure = async (collector: CollectorProcess, minutes: number, progress: (line: string) => void) => {
  let latest: { id: string; at: number } | undefined;
  const loader = new Loader({
    otlpUrl: collector.otlpUrl,
    generator: new SpanGenerator(0x5eed),
    spansPerSecond: Number.POSITIVE_INFINITY,
    onAcknowledged: ({ traceId }) => (latest = { id: traceId, at: performance.now() }),
  });
  const rss: number[] = [];
  const journal: number[] = [];
  const freshness: number[] = [];
  const started = performance.now();
  loader.start();
  for (let second = 1; performance.now() - started < minutes * 60_000; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    if (latest !== undefined) freshness.push(await secondsUntilFound(collector.mainUrl, latest.id, latest.at));
    rss.push(residentMegabytes(collector.child.pid ?? 0));
    journal.push((await readMetrics(collector.mainUrl)).get('spanwise_store_journal_bytes') ?? Number.NaN);
    if (second % 15 === 0) {
      const rate = loader.acknowledgedSpans / ((performance.now() - started) / 1000);
      progress(
        `${second} samples: ${Math.round(rate)} spans/s, RSS ${rss.at(-1)} MB, journal ${megabytes(journal.at(-1) ?? 0)} MB`,
      );
    }
  }
  const seconds = (performance.now() - started) / 1000;
  await loader.stop();
  const cpu = cpuSeconds(collector.child.pid ?? 0);
  const firstFifth = rss.slice(0, Math.ceil(rss.length / 5));
  const lastFifth = rss.slice(-Math.ceil(rss.length / 5));
  const growth = quantile(lastFifth, 0.5) - quantile(firstFifth, 0.5);
  const slowest = Math.max(...freshness);
  return {
    holds: slowest <= 5,
    lines: [
      `- ${loader.acknowledgedSpans} spans acknowledged in ${Math.round(seconds)} s: ${Math.round(loader.acknowledgedSpans / seconds)}/s, ${loader.refusals} bodies told to wait`,
      `- CPU of the collector: ${((cpu / loader.acknowledgedSpans) * 1e6).toFixed(1)} s per million spans, queries included`,
      `- RSS median ${quantile(rss, 0.5)} MB, peak ${Math.max(...rss)} MB; last fifth over first fifth: ${growth >= 0 ? '+' : ''}${growth} MB`,
      `- journal: median ${megabytes(quantile(journal, 0.5))} MB, peak ${megabytes(Math.max(...journal))} MB`,
      `- acknowledged until found by id: median ${quantile(freshness, 0.5).toFixed(2)} s, p99 ${quantile(freshness, 0.99).toFixed(2)} s, slowest ${slowest.toFixed(2)} s of ${freshness.length} samples`,
    ],
  };
};

async function secondsUntilFound(mainUrl: string, id: string, acknowledgedAt: number): Promise<number> {
  for (;;) {
    const response = await fetch(`${mainUrl}/api/spanwise/v1/traces/${id}`);
    await response.arrayBuffer();
    const seconds = (performance.now() - acknowledgedAt) / 1000;
    if (response.status === 200 || seconds > 60) return seconds;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
