import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ProcessGroup } from '@spanwise/example-shop/processes';
import { shopProcesses, startDatabase, startShop } from '@spanwise/example-shop/shop';
import { fromTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns } from '@spanwise/wire/query';

import { startCollectorProcess } from './collector-process.ts';
import type { CollectorProcess } from './collector-process.ts';
import { RetryingClient, traceIdOf } from './retrying-client.ts';
import { until } from './until.ts';

/** What the rounds came to. */
export interface KillReport {
  readonly rounds: number;
  readonly tracesAcknowledged: number;
  readonly spansAcknowledged: number;
  readonly attempts: number;
  /** Ids of traces of which a span is missing. */
  readonly missing: readonly string[];
  /** Ids of traces of which a span is there twice. */
  readonly doubled: readonly string[];
  readonly shopRequests: number;
  readonly shopFailures: number;
  /** `GET /debug/tracing` of every service after the last round. */
  readonly counters: Readonly<Record<string, TracingCounters>>;
}

/** The counters of a tracer as `stats()` gives them. */
export interface TracingCounters {
  readonly started: number;
  readonly unsampled: number;
  readonly open: number;
  readonly finished: number;
  readonly reporters: readonly {
    readonly accepted: number;
    readonly queued: number;
    readonly inFlight: number;
    readonly spooled: number;
    readonly delivered: number;
    readonly handedOff: number;
    readonly givenUp: Readonly<Record<string, number>>;
  }[];
}

const spansInTrace = 40;

/**
 * Kills the collector with SIGKILL in mid-ingest, `rounds` times, while the shop answers and a client posts traces that
 * it repeats until they are acknowledged; restarts it on the same data; then looks every acknowledged trace up.
 */
export async function killRounds(rounds: number, progress: (line: string) => void): Promise<KillReport> {
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-kill-'));
  const group = new ProcessGroup(directory, (name, reason) => progress(`${name} ended: ${reason}`));
  const data = path.join(directory, 'data');
  let collector: CollectorProcess = await startCollectorProcess({ dataDirectory: data });
  const ports = { mainPort: portOf(collector.mainUrl), otlpPort: portOf(collector.otlpUrl) };
  try {
    const shop = await startShop(group, startDatabase(group), collector.otlpUrl, true);
    const visitor = new Visitor(shop.gatewayUrl);
    const client = new RetryingClient(collector.otlpUrl, 0x5eed, spansInTrace);
    visitor.start();
    client.start();
    for (let round = 1; round <= rounds; round += 1) {
      const goal = client.acknowledged.length + 20 + ((round * 37) % 60);
      await until(`${goal} traces acknowledged`, () => (client.acknowledged.length >= goal ? true : undefined), 30_000);
      await collector.end('SIGKILL');
      collector = await startCollectorProcess({ dataDirectory: data, ...ports });
      progress(
        `round ${round} of ${rounds}: ${client.acknowledged.length} traces acknowledged, ${visitor.requests} shop requests`,
      );
    }
    await client.stop();
    await visitor.stop();
    const { missing, doubled } = await verify(collector.mainUrl, client.acknowledged);
    const counters = await countersOf({
      gateway: shop.gatewayUrl,
      orders: shop.ordersUrl,
      inventory: shop.inventoryUrl,
    });
    return {
      rounds,
      tracesAcknowledged: client.acknowledged.length,
      spansAcknowledged: client.acknowledged.length * spansInTrace,
      attempts: client.attempts,
      missing,
      doubled,
      shopRequests: visitor.requests,
      shopFailures: visitor.failures,
      counters,
    };
  } finally {
    await group.stop(shopProcesses, 3_000);
    await collector.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  }
}

async function verify(mainUrl: string, turns: readonly number[]): Promise<{ missing: string[]; doubled: string[] }> {
  const missing: string[] = [];
  const doubled: string[] = [];
  for (const turn of turns) {
    const id = traceIdOf(0x5eed, turn);
    const spans = await until(`trace ${id} is found`, () => spansOf(mainUrl, id), 6_000).catch(() => []);
    const distinct = new Set(spans);
    if (distinct.size < spansInTrace) missing.push(id);
    if (spans.length > distinct.size) doubled.push(id);
  }
  return { missing, doubled };
}

async function spansOf(mainUrl: string, id: string): Promise<string[] | undefined> {
  const response = await fetch(`${mainUrl}/api/spanwise/v1/traces/${id}`);
  if (response.status === 404) return undefined;
  const spans = fromTraceColumns((await response.json()) as TraceColumns);
  return spans.map(({ spanId0, spanId1 }) => `${spanId0}:${spanId1}`);
}

async function countersOf(services: Readonly<Record<string, string>>): Promise<Record<string, TracingCounters>> {
  const entries = Object.entries(services).map(async ([name, url]) => {
    const response = await fetch(`${url}/debug/tracing`);
    return [name, (await response.json()) as TracingCounters] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Visits the shop one request at a time, whatever happens to the collector. */
class Visitor {
  requests = 0;
  failures = 0;
  readonly #gatewayUrl: string;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(gatewayUrl: string) {
    this.#gatewayUrl = gatewayUrl;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.requests += 1;
      try {
        const response = await fetch(`${this.#gatewayUrl}/products/${(this.requests % 200) + 1}`);
        await response.arrayBuffer();
        if (!response.ok) this.failures += 1;
      } catch {
        this.failures += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
