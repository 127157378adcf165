import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ProcessGroup } from '@spanwise/example-shop/processes';
import {
  defaultFaults,
  foundation,
  startDatabase,
  startShop,
  stopServices,
  tracingOf,
} from '@spanwise/example-shop/shop';
import type { Shop } from '@spanwise/example-shop/shop';

import { smallStoreCollector, spawnCollector } from './collector-process.ts';
import type { CollectorPlan, CollectorProcess } from './collector-process.ts';
import type { SpanDifferences } from './compare-spans.ts';
import { RetryingClient } from './retrying-client.ts';
import type { SentTrace } from './retrying-client.ts';
import { ShopVisitor } from './shop-visitor.ts';
import { phaseOf, storePhases } from './store-phase.ts';
import type { StorePhase } from './store-phase.ts';
import { until } from './until.ts';
import { answeredDifferences, storedDifferences } from './verify-spans.ts';

/** What the rounds came to. */
export interface KillReport {
  readonly rounds: number;
  /** How many kills met what, by the files that they left. */
  readonly phases: Readonly<Partial<Record<KillPhase, number>>>;
  /** At the end. */
  readonly segments: number;
  readonly tracesAcknowledged: number;
  readonly spansAcknowledged: number;
  readonly attempts: number;
  /** Traces of which the body may have been stored more than once: a kill came between it and its acknowledgement. */
  readonly tracesRepeated: number;
  /** As queries answer: once each. */
  readonly answered: SpanDifferences;
  /** As they lie in segments: no more often than they were sent, and once in each segment. */
  readonly stored: SpanDifferences;
  /** Different spans in segments; all that were sent and nothing else when it is `spansAcknowledged`. */
  readonly spansStored: number;
  readonly shopRequests: number;
  readonly shopFailures: number;
  /** Those of every traced process after the last round. */
  readonly counters: Readonly<Record<string, TracingCounters>>;
}

/** What a kill met. */
export type KillPhase = StorePhase | 'the journal is being replayed';

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
/** So many clients post at once, and so many bodies wait for one sync together. */
const clientCount = 8;
const tracesInRound = 150;
/** Each client's traces have a series of their own. */
const series = Array.from({ length: clientCount }, (_, client) => 0x5eed0 + client);
/** Rounds aim at these in turn: the parts of a segment's life, then a start, then whatever comes. */
const aims: readonly (KillPhase | undefined)[] = [
  storePhases[1],
  'the journal is being replayed',
  storePhases[3],
  storePhases[2],
  undefined,
];

/**
 * Kills the collector with SIGKILL, `rounds` times, while the shop answers and clients post traces that they
 * repeat until they are acknowledged; restarts it on the same data; then compares what was sent with what is
 * answered and stored.
 */
export async function killRounds(rounds: number, progress: (line: string) => void): Promise<KillReport> {
  const directory = await mkdtemp(path.join(tmpdir(), 'spanwise-kill-'));
  const group = new ProcessGroup(directory, ({ name, code, signal, lastWords }) =>
    progress(`${name} ended: ${signal ?? `status ${code}`}\n${lastWords}`.trimEnd()),
  );
  const victim = await Victim.start(path.join(directory, 'data'));
  try {
    const shop = await startShop(group, startDatabase(group), victim.collector.otlpUrl, { faults: defaultFaults });
    const visitor = new ShopVisitor(shop.gatewayUrl);
    const clients = series.map((one) => new RetryingClient(victim.collector.otlpUrl, one, spansInTrace));
    for (const one of [visitor, ...clients]) one.start();
    for (let round = 0; round < rounds; round += 1) {
      const met = await victim.kill(aims[round % aims.length], acknowledgedBy(clients));
      progress(`round ${round + 1} of ${rounds}: ${met}; ${acknowledgedBy(clients)()} traces acknowledged`);
    }
    await Promise.all([visitor, ...clients].map((one) => one.stop()));
    return { rounds, ...(await verdict(victim, clients)), ...(await shopReport(shop, visitor)) };
  } finally {
    await stopServices(group);
    await group.stop(foundation, 1_000);
    await victim.collector.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  }
}

function acknowledgedBy(clients: readonly RetryingClient[]): () => number {
  return () => clients.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
}

async function verdict(
  { collector, dataDirectory, phases }: Victim,
  clients: readonly RetryingClient[],
): Promise<Omit<KillReport, 'rounds' | 'shopRequests' | 'shopFailures' | 'counters'>> {
  const sent: readonly SentTrace[] = clients.flatMap(({ acknowledged }) => acknowledged);
  const answered = await answeredDifferences(collector.mainUrl, sent);
  const { segments, spansStored, ...stored } = await storedDifferences(collector.otlpUrl, dataDirectory, series, sent);
  return {
    phases,
    segments,
    tracesAcknowledged: sent.length,
    spansAcknowledged: sent.length * spansInTrace,
    attempts: clients.reduce((sum, { attempts }) => sum + attempts, 0),
    tracesRepeated: sent.filter(({ arrivals }) => arrivals > 1).length,
    answered,
    stored,
    spansStored,
  };
}

async function shopReport(
  { traced }: Shop,
  visitor: ShopVisitor,
): Promise<Pick<KillReport, 'shopRequests' | 'shopFailures' | 'counters'>> {
  const entries = traced.map(async (one) => [one.name, (await tracingOf(one)) as TracingCounters] as const);
  const counters = Object.fromEntries(await Promise.all(entries));
  return { shopRequests: visitor.requests, shopFailures: visitor.failures, counters };
}

/** The collector that is killed and started again, on the same data and ports. */
class Victim {
  readonly dataDirectory: string;
  readonly phases: Partial<Record<KillPhase, number>> = {};
  #collector: CollectorProcess;

  private constructor(dataDirectory: string, collector: CollectorProcess) {
    this.dataDirectory = dataDirectory;
    this.#collector = collector;
  }

  static async start(dataDirectory: string): Promise<Victim> {
    return new Victim(dataDirectory, await spawnCollector({ dataDirectory, script: smallStoreCollector }).ready);
  }

  get collector(): CollectorProcess {
    return this.#collector;
  }

  /** Waits for some traces, then for the moment aimed at; kills, starts again, and tells what the kill met. */
  async kill(aim: KillPhase | undefined, acknowledged: () => number): Promise<KillPhase> {
    const goal = acknowledged() + tracesInRound;
    await until(`${goal} traces acknowledged`, () => (acknowledged() >= goal ? true : undefined), 30_000);
    const isStart = aim === 'the journal is being replayed';
    if (!isStart && aim !== undefined) await this.#reach(aim);
    await this.#collector.end('SIGKILL');
    const met = isStart ? await this.#killAtStart() : phaseOf(this.dataDirectory);
    this.phases[met] = (this.phases[met] ?? 0) + 1;
    this.#collector = await spawnCollector(this.#plan()).ready;
    return met;
  }

  /** Looks at the files as often as this process can; what does not come in time is not waited for. */
  async #reach(aim: StorePhase): Promise<void> {
    const deadline = performance.now() + 5_000;
    while (phaseOf(this.dataDirectory) !== aim && performance.now() < deadline) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Kills a collector that has taken its directory and is not ready yet. */
  async #killAtStart(): Promise<KillPhase> {
    const starting = spawnCollector(this.#plan());
    let wasReady = false;
    void starting.ready.then(
      () => (wasReady = true),
      () => {},
    );
    const hasLock = (): true | undefined => holdsLock(this.dataDirectory, starting.child.pid) || undefined;
    await until('the collector has its directory', hasLock);
    await starting.end('SIGKILL');
    return wasReady ? phaseOf(this.dataDirectory) : 'the journal is being replayed';
  }

  #plan(): CollectorPlan {
    const { mainUrl, otlpUrl } = this.#collector;
    const ports = { mainPort: Number(new URL(mainUrl).port), otlpPort: Number(new URL(otlpUrl).port) };
    return { dataDirectory: this.dataDirectory, script: smallStoreCollector, ...ports };
  }
}

/** Whether the process has taken the data directory. */
function holdsLock(dataDirectory: string, processId: number | undefined): boolean {
  try {
    return readFileSync(path.join(dataDirectory, 'lock'), 'utf8').includes(`"pid":${processId},`);
  } catch {
    // Not yet: a process that starts moves the stale lock aside, and between any two looks at it.
    return false;
  }
}
