import { assetsDirectory } from '@spanwise/ui';
import type { CollectorAnswer } from '@spanwise/wire/query';
import type { FastifyInstance } from 'fastify';

import { closeAll } from './close-all.ts';
import type { Closing } from './close-all.ts';
import { resolveConfig } from './config/collector-config.ts';
import type { CollectorConfig, CollectorOptions } from './config/collector-config.ts';
import { settings } from './config/settings.ts';
import { bind, CollectorStartError, probePort } from './http/bind.ts';
import type { BindTarget } from './http/bind.ts';
import { CallerCheck } from './http/caller-check.ts';
import { IngestCounters } from './ingest/ingest-counters.ts';
import { SpanIntake } from './ingest/span-intake.ts';
import { createMainApp } from './main-app.ts';
import type { AppParts, MainAppParts } from './main-app.ts';
import { EventLoopWatch } from './metrics/event-loop-watch.ts';
import { createOtlpHttpApp } from './otlp-http-app.ts';
import { loadPageAssets } from './page/page-assets.ts';
import { Page } from './page/page.ts';
import { openEmbeddedStore } from './storage.ts';
import type { SpanStore } from './storage/span-store.ts';
import { isAbortOf } from './unless-aborted.ts';
import { version } from './version.ts';

/** Addresses by port name, without a trailing slash; a port that is off has none. */
export interface CollectorAddresses {
  readonly main?: string;
  readonly 'otlp-http'?: string;
}

/** A collector that runs. */
export interface Collector {
  readonly addresses: CollectorAddresses;
  /**
   * Takes no more requests, lets those under way finish (for a second and a half at most), and closes the store. May be
   * called more than once.
   */
  close(): Promise<void>;
}

/** Parts of a collector that can be brought along. */
export interface CollectorParts {
  /** Instead of the embedded store in `dataDir`; closed with the collector. */
  readonly store?: SpanStore;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Ends a start that is under way: it rejects with the signal's reason, and nothing stays open. No effect afterwards. */
  readonly signal?: AbortSignal;
  /** Where faults and warnings go; standard error by default. */
  readonly log?: (line: string) => void;
  /** Folder of the built page. */
  readonly pageDirectory?: string;
}

/** All request bodies that are under way together take at most this many, in multiples of one body's limit, and 64 MB. */
const bodiesAtOnce = 4;
const leastBudgetBytes = 64_000_000;
const closeDeadlineMillis = 1_500;

/**
 * Starts to receive, store and serve spans on loopback.
 *
 * @throws {ConfigError} for settings that cannot be used, before anything is started.
 * @throws {CollectorStartError} when a port or the data directory cannot be had.
 */
export async function startCollector(options: CollectorOptions = {}, parts: CollectorParts = {}): Promise<Collector> {
  const config = resolveConfig([{ place: ({ key }) => key, values: { ...options } }]);
  return startConfigured(config, parts);
}

/** As `startCollector`, for a configuration that was resolved before. */
export async function startConfigured(config: CollectorConfig, parts: CollectorParts = {}): Promise<Collector> {
  const log = parts.log ?? ((line) => console.error(`spanwise: ${line}`));
  for (const target of targetsOf(config)) await probePort(target);
  const store = parts.store ?? (await openStore(config, log, parts.signal));
  const opened: Closing[] = [() => store.close()];
  const close = once(() => closeAll(opened));
  const addresses: BoundAddresses = {};
  try {
    parts.signal?.throwIfAborted();
    await listen(config, serve(config, { ...parts, log }, store, opened, addresses), addresses);
    return { addresses, close };
  } catch (error) {
    await close().catch((closeError: unknown) => log(`could not close all: ${String(closeError)}`));
    throw error;
  }
}

/**
 * Makes all that stands before the store; everything that must be closed goes to `opened` as soon as it is there.
 * `addresses` is read when somebody asks for it, and filled while the ports are bound.
 */
function serve(
  config: CollectorConfig,
  parts: CollectorParts & Log,
  store: SpanStore,
  opened: Closing[],
  addresses: CollectorAddresses,
): Apps {
  const eventLoop = new EventLoopWatch();
  opened.push(() => eventLoop.close());
  const shared = shareParts(config, parts, store);
  opened.push(() => shared.intake.close());
  const forMain = { eventLoop, receivers: () => receiversAt(addresses) };
  const apps = createApps(config, shared, forMain, parts.pageDirectory ?? assetsDirectory);
  opened.push(() => closeAll([...apps.values()].map((app) => () => closeApp(app))));
  return apps;
}

type PortName = keyof CollectorAddresses;
type BoundAddresses = Partial<Record<PortName, string>>;
type Log = Required<Pick<CollectorParts, 'log'>>;
type Apps = ReadonlyMap<PortName, FastifyInstance>;

async function openStore(
  config: CollectorConfig,
  log: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<SpanStore> {
  try {
    return await openEmbeddedStore({
      directory: config.dataDir,
      retentionAgeMillis: config.retentionAgeMillis ?? Number.POSITIVE_INFINITY,
      retentionBytes: config.retentionBytes ?? Number.POSITIVE_INFINITY,
      logger: { info: log, warn: log, error: log },
      signal,
    });
  } catch (error) {
    if (isAbortOf(signal, error)) throw error;
    const message = `${(error as Error).message} (--data-dir, SPANWISE_DATA_DIR)`;
    throw new CollectorStartError(message, { cause: error });
  }
}

function shareParts(config: CollectorConfig, parts: CollectorParts & Log, store: SpanStore): AppParts {
  const counters = new IngestCounters();
  const budgetBytes = Math.max(leastBudgetBytes, bodiesAtOnce * config.bodyLimitBytes);
  const limits = { limitBytes: config.bodyLimitBytes, timeoutMillis: config.bodyTimeoutMillis };
  return {
    store,
    intake: new SpanIntake(store, limits, counters, budgetBytes, parts.now),
    bodyTimeoutMillis: config.bodyTimeoutMillis,
    counters,
    check: new CallerCheck(config.host, config.allowedOrigins),
    now: parts.now ?? Date.now,
    version,
    report: (error) => parts.log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  };
}

function createApps(
  config: CollectorConfig,
  shared: AppParts,
  forMain: Pick<MainAppParts, 'eventLoop' | 'receivers'>,
  pageDirectory: string,
): Apps {
  const apps = new Map<PortName, FastifyInstance>();
  if (config.portMain !== undefined) {
    apps.set('main', createMainApp({ ...shared, ...forMain, page: new Page(loadPageAssets(pageDirectory)) }));
  }
  if (config.portOtlpHttp !== undefined) apps.set('otlp-http', createOtlpHttpApp(shared));
  return apps;
}

async function listen(config: CollectorConfig, apps: Apps, addresses: BoundAddresses): Promise<void> {
  for (const target of targetsOf(config)) {
    const app = apps.get(target.name);
    if (app !== undefined) addresses[target.name] = await bind(app, target);
  }
}

/** The main port answers for all of them, so it is the last to be bound: else it would call a port off that is not yet on. */
function targetsOf(config: CollectorConfig): (BindTarget & { name: PortName })[] {
  const named = [
    { name: 'otlp-http', key: 'portOtlpHttp' },
    { name: 'main', key: 'portMain' },
  ] as const;
  return named.flatMap(({ name, key }) => {
    const port = config[key];
    const { flag, variable } = settings.find((setting) => setting.key === key)!;
    return port === undefined ? [] : [{ name, host: config.host, port, flag, variable }];
  });
}

function receiversAt({ main = '', 'otlp-http': otlpHttp }: CollectorAddresses): CollectorAnswer['receivers'] {
  return { otlpHttp: otlpHttp === undefined ? null : `${otlpHttp}/v1/traces`, zipkin: `${main}/api/v2/spans` };
}

/** Lets requests under way finish, and cuts those that do not. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closeDeadlineMillis);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

function once(task: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= task());
}
