import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startCollectorProcess } from '../collector-process.ts';
import type { CollectorProcess } from '../collector-process.ts';
import { until } from '../until.ts';
import { Loader } from './loader.ts';
import { residentMegabytes } from './process-figures.ts';
import { quantile } from './quantile.ts';
import { RenewedBodies } from './renewed-bodies.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';
import { SpanGenerator } from './span-generator.ts';

const tracesInBody = 64;
const coldRounds = 5;
const warmRounds = 20;

/**
 * Look-ups, searches, percentiles and the service graph over many spans while 20,000/s arrive: cold, as the first question after a restart with the
 * page cache dropped where that is permitted, and warm.
 */
export const soakQueries: Soak = async (args, progress) => {
  const spans = numberArgument(args, 'spans', 10_000_000);
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-queries-'));
  const generator = new SpanGenerator(0xfeed);
  try {
    const ids = await fill(directory, generator, spans, progress);
    const bytes = await sizeOf(directory);
    const { figures, lines } = await measure(directory, generator, ids, progress);
    return {
      holds: figures.every(({ complete }) => complete),
      lines: [
        `- ${generator.spans} spans, ${(bytes / spans).toFixed(1)} bytes a span on disk (synthetic tags compress well)`,
        '',
        '| query, ms | cold, median | cold, slowest | warm, median | p95 | slowest | bar | median, cold and warm |',
        '|---|---|---|---|---|---|---|---|',
        ...figures.map(({ row }) => row),
        '',
        ...lines,
      ],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

async function fill(
  directory: string,
  generator: SpanGenerator,
  spans: number,
  progress: (line: string) => void,
): Promise<string[]> {
  const collector = await startCollectorProcess({ dataDirectory: directory });
  const ids: string[] = [];
  const loader = new Loader({
    otlpUrl: collector.otlpUrl,
    // No two bodies alike: it is the values that a search has to tell apart.
    bodiesOf: () => () => generator.body(tracesInBody),
    spansPerSecond: Number.POSITIVE_INFINITY,
    onAcknowledged: ({ traceIds }) => ids.push(traceIds.at(-1) ?? ''),
  });
  loader.start();
  for (let next = 1_000_000; loader.acknowledgedSpans < spans;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (loader.acknowledgedSpans >= next) {
      progress(`${(loader.acknowledgedSpans / 1e6).toFixed(1)} million spans acknowledged`);
      next += 1_000_000;
    }
  }
  await loader.stop();
  await until('the last trace is found', () => found(collector.mainUrl, ids.at(-1) ?? ''), 60_000);
  await collector.end('SIGTERM');
  return ids;
}

interface Question {
  readonly name: string;
  readonly barMillis: number;
  readonly path: (turn: number) => string;
}

function questionsOf(ids: readonly string[]): readonly Question[] {
  const search = (fields: Record<string, string>): string => {
    const now = Date.now() * 1000;
    const range = { startMicros: String(now - 86_400e6), endMicros: String(now), limit: '20' };
    return `traces?${new URLSearchParams({ ...range, ...fields }).toString()}`;
  };
  const sums = (of: string, fields: Record<string, string> = {}): string => {
    const now = Date.now() * 1000;
    const range = { startMicros: String(now - 3600e6), endMicros: String(now) };
    return `services/${of}?${new URLSearchParams({ ...range, ...fields }).toString()}`;
  };
  const one = (name: string, barMillis: number, path: Question['path']): Question => ({ name, barMillis, path });
  return [
    one('trace by id', 30, (turn) => `traces/${ids[(turn * 7919) % ids.length] ?? ''}`),
    one('service and operation', 200, (turn) =>
      search({ service: `service-${turn % 20}`, operation: `operation-${(turn * 31) % 200}` }),
    ),
    one('service and common tag', 200, (turn) => search({ service: `service-${turn % 20}`, tag: 'http.method=POST' })),
    one('tag with a million values', 200, (turn) =>
      search({ tag: `customer=customer-${(turn * 48_611) % 1_000_000}` }),
    ),
    one('rare tag (≤ 10 hits)', 200, () => search({ tag: 'rare=yes' })),
    one('absent tag', 200, (turn) => search({ tag: `customer=nobody-${turn}` })),
    one('duration', 200, () => search({ service: 'service-3', minDurationMicros: '10900' })),
    one('percentiles of all services', 100, () => sums('statistics')),
    one('percentiles of a service’s operations', 100, (turn) =>
      sums('statistics', { service: `service-${turn % 20}` }),
    ),
    one('service graph', 100, () => sums('edges')),
  ];
}

async function measure(
  directory: string,
  generator: SpanGenerator,
  ids: readonly string[],
  progress: (line: string) => void,
): Promise<{ figures: { row: string; complete: boolean }[]; lines: string[] }> {
  const questions = questionsOf(ids);
  const cold = questions.map((): Answer[] => []);
  let dropped = true;
  for (let round = 0; round < coldRounds; round += 1) {
    for (const [index, question] of questions.entries()) {
      dropped = (await dropPageCache()) && dropped;
      await underLoad(directory, generator, async ({ mainUrl }) => {
        cold[index]?.push(await ask(mainUrl, question.path(round * 31 + index)));
      });
    }
    progress(`cold round ${round + 1} of ${coldRounds}`);
  }
  return underLoad(directory, generator, async (collector, loader) => {
    const figures = [];
    for (const [index, question] of questions.entries()) {
      const warm: Answer[] = [];
      await ask(collector.mainUrl, question.path(1000));
      for (let turn = 0; turn < warmRounds; turn += 1) warm.push(await ask(collector.mainUrl, question.path(turn)));
      figures.push(figureOf(question, cold[index] ?? [], warm));
      progress(figures.at(-1)?.row ?? '');
    }
    return {
      figures,
      lines: [
        `- cold: ${coldRounds} restarts for each query, page cache ${dropped ? 'dropped' : 'not dropped (not permitted here)'}`,
        `- meanwhile 20,000 spans/s offered; in the last part ${loader.acknowledgedSpans} acknowledged, ${loader.refusals} bodies told to wait`,
        `- RSS of the collector at the end: ${residentMegabytes(collector.child.pid ?? 0)} MB`,
      ],
    };
  });
}

interface Answer {
  readonly millis: number;
  readonly complete: boolean;
}

async function ask(mainUrl: string, question: string): Promise<Answer> {
  const started = performance.now();
  const response = await fetch(`${mainUrl}/api/spanwise/v1/${question}`);
  const answer = (await response.json()) as { complete?: boolean; startMicros?: number; completeFromMicros?: number };
  const { complete = true, startMicros = 0, completeFromMicros = startMicros } = answer;
  const isWhole = response.status === 200 && complete && completeFromMicros <= startMicros;
  return { millis: performance.now() - started, complete: isWhole };
}

function figureOf({ name, barMillis }: Question, cold: readonly Answer[], warm: readonly Answer[]) {
  const times = (answers: readonly Answer[]): number[] => answers.map(({ millis }) => Math.round(millis));
  const [coldTimes, warmTimes] = [times(cold), times(warm)];
  const medians = [quantile(coldTimes, 0.5), quantile(warmTimes, 0.5)];
  const verdict = medians.map((median) => (median <= barMillis ? 'holds' : 'does not hold')).join(', ');
  const complete = [...cold, ...warm].every((answer) => answer.complete);
  const cells = [
    complete ? name : `${name} (NOT COMPLETE)`,
    medians[0],
    Math.max(...coldTimes),
    medians[1],
    quantile(warmTimes, 0.95),
    Math.max(...warmTimes),
    `≤ ${barMillis}`,
    verdict,
  ];
  return { row: `| ${cells.join(' | ')} |`, complete };
}

/** Runs the task beside a collector that takes 20,000 spans a second, once it has caught up with its journal. */
async function underLoad<T>(
  directory: string,
  generator: SpanGenerator,
  task: (collector: CollectorProcess, loader: Loader) => Promise<T>,
): Promise<T> {
  const collector = await startCollectorProcess({ dataDirectory: directory });
  const loader = new Loader({
    otlpUrl: collector.otlpUrl,
    bodiesOf: () => {
      const renewed = new RenewedBodies(generator, tracesInBody);
      return () => renewed.next();
    },
    spansPerSecond: 20_000,
    connections: 2,
  });
  try {
    loader.start();
    await until('the load runs', () => (loader.acknowledgedSpans > 10_000 ? true : undefined));
    return await task(collector, loader);
  } finally {
    await loader.stop();
    await collector.end('SIGTERM');
  }
}

/** So that the next start reads from the disk. Linux, as root; false where it cannot be done. */
async function dropPageCache(): Promise<boolean> {
  try {
    await writeFile('/proc/sys/vm/drop_caches', '1');
    return true;
  } catch {
    return false;
  }
}

async function found(mainUrl: string, id: string): Promise<true | undefined> {
  const response = await fetch(`${mainUrl}/api/spanwise/v1/traces/${id}`);
  await response.arrayBuffer();
  return response.status === 200 ? true : undefined;
}

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true })) {
    const file = await stat(path.join(directory, entry));
    if (file.isFile()) bytes += file.size;
  }
  return bytes;
}
