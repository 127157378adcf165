import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startCollectorProcess } from '../collector-process.ts';
import type { CollectorProcess } from '../collector-process.ts';
import { until } from '../until.ts';
import { Loader } from './loader.ts';
import { readMetrics } from './metrics.ts';
import { cpuSeconds, residentMegabytes } from './process-figures.ts';
import { quantile } from './quantile.ts';
import { RenewedBodies } from './renewed-bodies.ts';
import { numberArgument } from './report.ts';
import type { Soak, SoakResult } from './report.ts';
import { SpanGenerator } from './span-generator.ts';

const tracesInBody = 64;
/** One trace of so many acknowledged bodies is looked for at the end. */
const bodiesPerSample = 500;
/** What must hold (issue and DESIGN): else the soak fails. */
const longestUntilFoundSeconds = 5;
const mostGrowthMegabytes = 50;
const mostJournalMegabytes = 256;
/** Asked every few milliseconds, the searches themselves would be what is measured. */
const pollMillis = 200;

/**
 * Full speed for minutes. Memory stays flat and the journal bounded; a trace acknowledged each second is found by a
 * search for its tag within five seconds; at the end nothing that was acknowledged is missing.
 */
export const soakIngest: Soak = async (args, progress) => {
  const minutes = numberArgument(args, 'minutes', 10);
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-ingest-'));
  const collector = await startCollectorProcess({ dataDirectory: directory, args: ['--retention-bytes', '40GB'] });
  try {
    return await measure(collector, minutes, progress);
  } finally {
    await collector.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  }
};

interface Samples {
  readonly rss: number[];
  readonly journal: number[];
  readonly untilFound: number[];
  readonly loopDelay: number[];
}

async function measure(
  collector: CollectorProcess,
  minutes: number,
  progress: (line: string) => void,
): Promise<SoakResult> {
  const generator = new SpanGenerator(0x5eed);
  const sampled: string[] = [];
  let bodies = 0;
  const loader = new Loader({
    otlpUrl: collector.otlpUrl,
    bodiesOf: () => {
      const renewed = new RenewedBodies(generator, tracesInBody);
      return () => renewed.next();
    },
    spansPerSecond: Number.POSITIVE_INFINITY,
    onAcknowledged: ({ traceIds }) => {
      if (bodies++ % bodiesPerSample === 0) sampled.push(traceIds.at(-1) ?? '');
    },
  });
  const started = performance.now();
  loader.start();
  const samples = await watch(collector, loader, generator, started + minutes * 60_000, progress);
  const seconds = (performance.now() - started) / 1000;
  await loader.stop();
  const cpu = cpuSeconds(collector.child.pid ?? 0);
  const converted = await allConverted(collector.mainUrl, loader.acknowledgedSpans);
  const missing = await missingOf(collector.mainUrl, sampled);
  return report(samples, loader, { seconds, cpu, converted, missing, sampled: sampled.length });
}

/** Once a second until the end: sizes, and how long a trace takes from its acknowledgement until a search finds it. */
async function watch(
  { mainUrl, child }: CollectorProcess,
  loader: Loader,
  generator: SpanGenerator,
  end: number,
  progress: (line: string) => void,
): Promise<Samples> {
  const samples: Samples = { rss: [], journal: [], untilFound: [], loopDelay: [] };
  const started = performance.now();
  for (let turn = 1; performance.now() < end; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await loader.send(generator.body(1, ['soak.turn', `turn-${turn}`]));
    samples.untilFound.push(await secondsUntilFound(mainUrl, `soak.turn=turn-${turn}`));
    const metrics = await readMetrics(mainUrl);
    samples.rss.push(residentMegabytes(child.pid ?? 0));
    samples.journal.push(metrics.get('spanwise_store_journal_bytes') ?? Number.NaN);
    samples.loopDelay.push(metrics.get('spanwise_event_loop_delay_seconds{quantile="1"}') ?? Number.NaN);
    if (turn % 15 !== 0) continue;
    const rate = Math.round(loader.acknowledgedSpans / ((performance.now() - started) / 1000));
    const sizes = `RSS ${samples.rss.at(-1)} MB, journal ${megabytes(samples.journal.at(-1) ?? 0)} MB`;
    progress(`${turn} turns: ${rate} spans/s, ${sizes}`);
  }
  return samples;
}

async function secondsUntilFound(mainUrl: string, tag: string): Promise<number> {
  const acknowledged = performance.now();
  const startMicros = String(Date.now() * 1000 - 60e6);
  for (;;) {
    const query = new URLSearchParams({ tag, startMicros, endMicros: String(Date.now() * 1000 + 60e6), limit: '1' });
    const response = await fetch(`${mainUrl}/api/spanwise/v1/traces?${query.toString()}`);
    const { traces = [] } = (await response.json()) as { traces?: unknown[] };
    const seconds = (performance.now() - acknowledged) / 1000;
    if (traces.length > 0 || seconds > 60) return seconds;
    await new Promise((resolve) => setTimeout(resolve, pollMillis));
  }
}

/** Spans made searchable; waits until they are as many as were acknowledged, or no more come for a while. */
async function allConverted(mainUrl: string, acknowledged: number): Promise<number> {
  let converted = 0;
  const ask = async (): Promise<true | undefined> => {
    converted = (await readMetrics(mainUrl)).get('spanwise_store_converted_spans_total') ?? 0;
    return converted >= acknowledged ? true : undefined;
  };
  await until('all spans are converted', ask, longestUntilFoundSeconds * 1000).catch(() => undefined);
  return converted;
}

async function missingOf(mainUrl: string, ids: readonly string[]): Promise<number> {
  let missing = 0;
  for (const id of ids) {
    const response = await fetch(`${mainUrl}/api/spanwise/v1/traces/${id}`);
    await response.arrayBuffer();
    if (response.status !== 200) missing += 1;
  }
  return missing;
}

interface Outcome {
  readonly seconds: number;
  readonly cpu: number;
  readonly converted: number;
  readonly missing: number;
  readonly sampled: number;
}

function report({ rss, journal, untilFound, loopDelay }: Samples, loader: Loader, outcome: Outcome): SoakResult {
  const { acknowledgedSpans: spans, refusals } = loader;
  const growth = growthOf(rss, 0.5);
  const slowest = Math.max(...untilFound);
  const largestJournal = megabytes(Math.max(...journal));
  const rate = Math.round(spans / outcome.seconds);
  return {
    holds:
      slowest <= longestUntilFoundSeconds &&
      growth <= mostGrowthMegabytes &&
      largestJournal <= mostJournalMegabytes &&
      outcome.converted >= spans &&
      outcome.missing === 0,
    lines: [
      `- ${spans} spans acknowledged in ${Math.round(outcome.seconds)} s: ${rate}/s (bar 100000: ${rate >= 100_000 ? 'holds' : 'does not hold'}), ${refusals} bodies told to wait`,
      `- made searchable: ${outcome.converted}; of ${outcome.sampled} traces looked for by id at the end, ${outcome.missing} missing`,
      `- acknowledged until a search by tag finds it: median ${quantile(untilFound, 0.5).toFixed(2)} s, p99 ${quantile(untilFound, 0.99).toFixed(2)} s, slowest ${slowest.toFixed(2)} s of ${untilFound.length}`,
      `- CPU of the collector: ${((outcome.cpu / spans) * 1e6).toFixed(1)} s per million spans, queries included`,
      `- RSS median ${quantile(rss, 0.5)} MB, peak ${Math.max(...rss)} MB (bar 400 MB); last fifth over first fifth: median ${signed(growth)} MB, lowest tenth ${signed(growthOf(rss, 0.1))} MB`,
      `- journal: median ${megabytes(quantile(journal, 0.5))} MB, peak ${largestJournal} MB`,
      `- longest delay of the event loop: ${Math.round(Math.max(...loopDelay) * 1000)} ms (bar 100 ms)`,
    ],
  };
}

/** The quantile of the last fifth over that of the first. The verdict is by medians; the lowest tenth has less garbage in it. */
function growthOf(samples: readonly number[], share: number): number {
  const fifth = Math.ceil(samples.length / 5);
  return quantile(samples.slice(-fifth), share) - quantile(samples.slice(0, fifth), share);
}

function signed(amount: number): string {
  return `${amount >= 0 ? '+' : ''}${amount}`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
