import { afterAll, beforeAll, onTestFinished } from 'vitest';

import { startCollector } from '../src/index.ts';
import type { CollectorAddresses, CollectorOptions, CollectorParts } from '../src/index.ts';
import { MemorySpanStore } from '../src/storage.ts';
import type { SpanStore } from '../src/storage/span-store.ts';

/** Any that are free, for every port that a collector has. */
export const freePorts = {
  portMain: 0,
  portOtlpHttp: 0,
  portOtlpGrpc: 0,
  portJaegerHttp: 0,
  portJaegerCompact: 0,
  portJaegerBinary: 0,
} as const satisfies CollectorOptions;

/** A collector on free ports for one test, and what it logged. */
export interface RunningCollector {
  readonly main: string;
  readonly otlp: string;
  /** By port name, as the collector tells them. */
  readonly addresses: CollectorAddresses;
  readonly store: SpanStore;
  readonly log: string[];
  close(): Promise<void>;
}

/** Starts a collector, over a store in memory unless one is given, and closes it when the test is over. */
export async function runCollector(
  options: CollectorOptions = {},
  parts: CollectorParts = {},
): Promise<RunningCollector> {
  const running = await start(options, parts);
  onTestFinished(() => running.close());
  return running;
}

/** One collector for all tests of a file or block, which only read from it after `fill`. */
export function shareCollector(
  parts: CollectorParts,
  fill: (running: RunningCollector) => Promise<void>,
): () => RunningCollector {
  let running: RunningCollector | undefined;
  beforeAll(async () => {
    running = await start({}, parts);
    await fill(running);
  });
  afterAll(() => running?.close());
  return () => {
    if (running === undefined) throw new Error('only within a test');
    return running;
  };
}

async function start(options: CollectorOptions, parts: CollectorParts): Promise<RunningCollector> {
  const log: string[] = [];
  const store = parts.store ?? new MemorySpanStore();
  const collector = await startCollector(
    { ...freePorts, ...options },
    { log: (line) => log.push(line), ...parts, store },
  );
  const { addresses } = collector;
  const { main = '', 'otlp-http': otlp = '' } = addresses;
  return { main, otlp, addresses, store, log, close: () => collector.close() };
}
