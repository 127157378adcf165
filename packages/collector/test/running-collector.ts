import { afterAll, beforeAll, onTestFinished } from 'vitest';

import { startCollector } from '../src/index.ts';
import type { CollectorOptions, CollectorParts } from '../src/index.ts';
import { MemorySpanStore } from '../src/storage.ts';
import type { SpanStore } from '../src/storage/span-store.ts';

/** A collector on free ports for one test, and what it logged. */
export interface RunningCollector {
  readonly main: string;
  readonly otlp: string;
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
    { portMain: 0, portOtlpHttp: 0, ...options },
    { log: (line) => log.push(line), ...parts, store },
  );
  const { main = '', 'otlp-http': otlp = '' } = collector.addresses;
  return { main, otlp, store, log, close: () => collector.close() };
}
