import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startCollectorProcess } from '../collector-process.ts';
import type { CollectorProcess } from '../collector-process.ts';
import { until } from '../until.ts';
import { Loader } from './loader.ts';
import { residentMegabytes } from './process-figures.ts';
import { quantile } from './quantile.ts';
import { numberArgument } from './report.ts';
import type { Soak } from './report.ts';
import { SpanGenerator } from './span-generator.ts';

/** Look-ups and searches over many spans while more arrive: first after a restart (cold), then again (warm). */
export const soakQueries: Soak = async (args, progress) => {
  const spans = numberArgument(args, 'spans', 10_000_000);
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-queries-'));
  const generator = new SpanGenerator(0xfeed);
  try {
    const ids = await fill(directory, generator, spans, progress);
    const bytes = await sizeOf(directory);
    const collector = await startCollectorProcess({ dataDirectory: directory });
    try {
      const lines = await measure(collector, generator, ids, progress);
      return {
        holds: true,
        lines: [
          `- ${generator.spans} spans, ${(bytes / spans).toFixed(1)} bytes a span on disk (synthetic tags compress well)`,
          ...lines,
          `- RSS of the collector at the end: ${residentMegabytes(collector.child.pid ?? 0)} MB`,
        ],
      };
    } finally {
      await collector.end('SIGTERM');
    }
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
    generator,
    spansPerSecond: Number.POSITIVE_INFINITY,
    onAcknowledged: ({ traceId }) => ids.push(traceId),
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

async function measure(
  collector: CollectorProcess,
  generator: SpanGenerator,
  ids: readonly string[],
  progress: (line: string) => void,
) {
  const loader = new Loader({ otlpUrl: collector.otlpUrl, generator, spansPerSecond: 20_000 });
  loader.start();
  const day = 86_400e6;
  const search = (fields: Record<string, string>): string => {
    const now = Date.now() * 1000;
    const query = new URLSearchParams({
      startMicros: String(now - day),
      endMicros: String(now),
      limit: '20',
      ...fields,
    });
    return `traces?${query.toString()}`;
  };
  const asked: readonly (readonly [string, (turn: number) => string])[] = [
    ['trace by id', (turn) => `traces/${ids[(turn * 7919) % ids.length] ?? ''}`],
    [
      'service and operation',
      (turn) => search({ service: `service-${turn % 20}`, operation: `operation-${(turn * 31) % 200}` }),
    ],
    ['service and common tag', (turn) => search({ service: `service-${turn % 20}`, tag: 'http.method=POST' })],
    ['tag with a million values', (turn) => search({ tag: `customer=customer-${(turn * 48_611) % 1_000_000}` })],
    ['rare tag (≤ 10 hits)', () => search({ tag: 'rare=yes' })],
    ['absent tag', (turn) => search({ tag: `customer=nobody-${turn}` })],
    ['duration', () => search({ service: 'service-3', minDurationMicros: '10900' })],
  ];
  const lines = ['', '| query, ms | first (cold) | median | p95 | slowest | complete |', '|---|---|---|---|---|---|'];
  for (const [name, path_] of asked) {
    const times: number[] = [];
    let complete = 0;
    for (let turn = 0; turn < 21; turn += 1) {
      const started = performance.now();
      const response = await fetch(`${collector.mainUrl}/api/spanwise/v1/${path_(turn)}`);
      const answer = (await response.json()) as { complete?: boolean };
      times.push(performance.now() - started);
      if (response.status === 200 && answer.complete !== false) complete += 1;
    }
    const [first, ...rest] = times.map((time) => Math.round(time));
    lines.push(
      `| ${name} | ${first} | ${quantile(rest, 0.5)} | ${quantile(rest, 0.95)} | ${Math.max(...rest)} | ${complete} of 21 |`,
    );
    progress(lines.at(-1) ?? '');
  }
  await loader.stop();
  lines.push(
    '',
    `- meanwhile ${loader.acknowledgedSpans} spans were acknowledged, ${loader.refusals} bodies told to wait`,
  );
  return lines;
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
