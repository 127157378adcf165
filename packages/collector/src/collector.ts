import { assetsDirectory } from '@spanwise/ui';
import type { CollectorAnswer } from '@spanwise/wire/query';

import { closeAll, closeTogether } from './close-all.ts';
import type { Closing } from './close-all.ts';
import { resolveConfig } from './config/collector-config.ts';
import type { CollectorConfig, CollectorOptions } from './config/collector-config.ts';
import { ports } from './config/ports.ts';
import type { PortName } from './config/ports.ts';
import { settings } from './config/settings.ts';
import { CallerCheck } from './http/caller-check.ts';
import { IngestCounters } from './ingest/ingest-counters.ts';
import { SpanIntake } from './ingest/span-intake.ts';
import { createJaegerAgentPort } from './jaeger-agent-port.ts';
import { createJaegerHttpApp } from './jaeger-http-app.ts';
import { createMainApp } from './main-app.ts';
import type { AppParts, MainAppParts } from './main-app.ts';
import { EventLoopWatch } from './metrics/event-loop-watch.ts';
import { createOtlpGrpcPort } from './otlp-grpc-port.ts';
import { createOtlpHttpApp } from './otlp-http-app.ts';
import { loadPageAssets } from './page/page-assets.ts';
import { Page } from './page/page.ts';
import { bind, CollectorStartError, probePort } from './ports/bind.ts';
import type { BindTarget } from './ports/bind.ts';
import { HttpPort } from './ports/http-port.ts';
import type { PortServer } from './ports/port-server.ts';
import { openEmbeddedStore } from './storage.ts';
import type { SpanStore } from './storage/span-store.ts';
import { isAbortOf } from './unless-aborted.ts';
import { version } from './version.ts';

/** Addresses by port name, without a trailing slash; a port that is off has none. */
export interface CollectorAddresses {
  readonly main?: string;
  readonly 'otlp-http'?: string;
  readonly 'otlp-grpc'?: string;
  readonly 'jaeger-http'?: string;
  readonly 'jaeger-compact'?: string;
  readonly 'jaeger-binary'?: string;
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
  const targets = await targetsToBeHad(config, log);
  const store = parts.store ?? (await openStore(config, log, parts.signal));
  const opened: Closing[] = [() => store.close()];
  const close = once(() => closeAll(opened));
  const addresses: BoundAddresses = {};
  try {
    parts.signal?.throwIfAborted();
    await listen(targets, serve(config, { ...parts, log }, store, opened, addresses), addresses, log);
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
): Servers {
  const eventLoop = new EventLoopWatch();
  opened.push(() => eventLoop.close());
  const shared = shareParts(config, parts, store);
  opened.push(() => shared.intake.close());
  const forMain = { eventLoop, receivers: () => receiversAt(addresses) };
  const servers = createServers(config, shared, forMain, parts.pageDirectory ?? assetsDirectory);
  opened.push(() => closeTogether([...servers.values()].map((server) => () => server.close())));
  return servers;
}

type BoundAddresses = Partial<Record<PortName, string>>;
type Log = Required<Pick<CollectorParts, 'log'>>;
type Servers = ReadonlyMap<PortName, PortServer>;

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
    complain: parts.log,
    report: (error) => parts.log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  };
}

function createServers(
  config: CollectorConfig,
  shared: AppParts,
  forMain: Pick<MainAppParts, 'eventLoop' | 'receivers'>,
  pageDirectory: string,
): Servers {
  const makers: Readonly<Record<PortName, () => PortServer>> = {
    'otlp-http': () => new HttpPort(createOtlpHttpApp(shared)),
    'otlp-grpc': () => createOtlpGrpcPort(shared),
    'jaeger-http': () => new HttpPort(createJaegerHttpApp(shared)),
    'jaeger-compact': () => createJaegerAgentPort(shared, 'compact'),
    'jaeger-binary': () => createJaegerAgentPort(shared, 'binary'),
    main: () => new HttpPort(createMainApp({ ...shared, ...forMain, page: new Page(loadPageAssets(pageDirectory)) })),
  };
  const isOn = ports.filter(({ key }) => config[key] !== undefined);
  return new Map(isOn.map(({ name }) => [name, makers[name]()]));
}

async function listen(
  targets: readonly Target[],
  servers: Servers,
  addresses: BoundAddresses,
  log: (line: string) => void,
): Promise<void> {
  for (const target of targets) {
    const server = servers.get(target.name)!;
    await unlessDispensable(target, log, async () => {
      addresses[target.name] = await bind(server, target);
    });
  }
}

interface Target extends BindTarget {
  readonly name: PortName;
  /** The collector goes on without it. */
  readonly isDispensable: boolean;
}

/**
 * Where to listen. A default port of a further receiver that somebody else has is said and left out.
 *
 * @throws {CollectorStartError} for every other port that cannot be had.
 */
async function targetsToBeHad(config: CollectorConfig, log: (line: string) => void): Promise<Target[]> {
  const targets: Target[] = [];
  for (const target of targetsOf(config)) {
    await unlessDispensable(target, log, async () => {
      await probePort(target);
      targets.push(target);
    });
  }
  return targets;
}

async function unlessDispensable(
  target: Target,
  log: (line: string) => void,
  task: () => Promise<void>,
): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!target.isDispensable || !(error instanceof CollectorStartError)) throw error;
    log(`${error.message}; the collector goes on without it`);
  }
}

function targetsOf({ host, unnamedPorts, ...config }: CollectorConfig): Target[] {
  return ports.flatMap(({ name, key, transport, scheme, isDispensable }) => {
    const port = config[key];
    const { flag, variable } = settings.find((setting) => setting.key === key)!;
    if (port === undefined) return [];
    const isLeftOut = isDispensable && unnamedPorts.includes(key);
    return [{ name, host, port, transport, scheme, flag, variable, isDispensable: isLeftOut }];
  });
}

function receiversAt(addresses: CollectorAddresses): CollectorAnswer['receivers'] {
  const { main = '', 'otlp-http': otlpHttp, 'jaeger-http': jaegerHttp } = addresses;
  return {
    otlpHttp: otlpHttp === undefined ? null : `${otlpHttp}/v1/traces`,
    otlpGrpc: addresses['otlp-grpc'] ?? null,
    zipkin: `${main}/api/v2/spans`,
    jaegerHttp: jaegerHttp === undefined ? null : `${jaegerHttp}/api/traces`,
    jaegerCompact: addresses['jaeger-compact'] ?? null,
    jaegerBinary: addresses['jaeger-binary'] ?? null,
  };
}

function once(task: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= task());
}
