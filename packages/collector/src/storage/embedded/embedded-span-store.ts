import type { MessagePort } from 'node:worker_threads';
import { MessageChannel } from 'node:worker_threads';
import type { TraceIdWords } from '@spanwise/wire';
import type {
  OverviewQuery,
  ServiceEdgesAnswer,
  StatisticsAnswer,
  StatisticsQuery,
  SumsQuery,
  TracesOverviewAnswer,
} from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { isAbortOf, unlessAborted } from '../../unless-aborted.ts';
import type {
  EncodedSearch,
  IngestBody,
  OpenedTrace,
  SearchResult,
  SpanStore,
  StartRange,
  StoreSearch,
  StoreStats,
} from '../span-store.ts';
import { OverloadedError, StorageFailedError } from '../span-store.ts';
import { BacklogGate } from './backlog-gate.ts';
import { createDirectory } from './directory-sync.ts';
import { DirectoryLock, realClock } from './directory-lock.ts';
import { ensureFormat } from './format-version.ts';
import type { TraceForm } from '../encoding/trace-encodings.ts';
import type { ServiceCatalogue } from './hot/catalogue.ts';
import { IngestThread } from './ingest/ingest-thread.ts';
import { Progress } from './ingest/progress.ts';
import { frameHeaderBytes } from './journal/journal-frame.ts';
import { bytesAfter, listParts } from './journal/journal-parts.ts';
import type { JournalPosition } from './journal/journal-position.ts';
import { journalStart } from './journal/journal-position.ts';
import { JournalMeter } from './journal/journal-meter.ts';
import { JournalWriter } from './journal/journal-writer.ts';
import type { EmbeddedStoreOptions, StoreLogger, StoreSettings } from './options.ts';
import { settingsOf } from './options.ts';
import { sayWhenSlow } from './say-when-slow.ts';
import { QueryThread } from './search/query-thread.ts';
import type { StoreLayout } from './segment/segment-files.ts';
import { createFolders, layoutOf } from './segment/segment-files.ts';
import { storageFailure } from './storage-failure.ts';
import { workerFile } from './worker-files.ts';

const retentionEveryMillis = 60_000;
/**
 * Opens the store in a directory and converts what an earlier process left in its journal. What takes longer than a
 * second or two is told to the logger.
 *
 * @throws {StorageFailedError} when the directory cannot be written.
 * @throws {RangeError} when an option is out of range.
 * @throws {Error} when another process has the directory, or its format is newer than this collector reads.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedSpanStore> {
  const settings = settingsOf(options);
  const layout = layoutOf(settings.directory);
  const lock = await lockDirectory(settings.directory, layout, options);
  try {
    return await EmbeddedSpanStore.start(options, settings, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function lockDirectory(
  directory: string,
  layout: StoreLayout,
  { logger, signal }: EmbeddedStoreOptions,
): Promise<DirectoryLock> {
  try {
    createDirectory(directory);
    const clock = { ...realClock, wait: (millis: number) => unlessAborted(realClock.wait(millis), signal) };
    const doing = (): string => `looking whether another process still has ${directory}`;
    const lock = await sayWhenSlow(DirectoryLock.take(layout.lock, clock), doing, logger);
    try {
      ensureFormat(layout.format);
      createFolders(layout);
      return lock;
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw isAbortOf(signal, error) || (error as NodeJS.ErrnoException).code === undefined
      ? error
      : storageFailure(`cannot open ${directory}`, error, 'free space');
  }
}

/** What the disk did not give back as it was written. */
export interface StoreDamage {
  /** Places in the journal at which acknowledged bodies may be lost. */
  readonly journalFrames: number;
  /** Segments left out. */
  readonly segments: number;
}

/** Journal, rows in memory and segments in one directory, by two worker threads. Made by `openEmbeddedStore`. */
export class EmbeddedSpanStore implements SpanStore {
  readonly #settings: StoreSettings;
  readonly #layout: StoreLayout;
  readonly #lock: DirectoryLock;
  readonly #now: () => number;
  readonly #progress = new Progress();
  readonly #meter = new JournalMeter();
  readonly #ingest: IngestThread;
  readonly #queries: QueryThread;
  readonly #gate: BacklogGate;
  #journal: JournalWriter | undefined;
  #retention: NodeJS.Timeout | undefined;
  #appendedBodies = 0;
  #appendedSpans = 0;
  #refusedBodies = 0;
  #relieving = false;
  #lost: StorageFailedError | undefined;
  /** What more was acknowledged now could not become searchable. */
  #obstacle: StorageFailedError | undefined;
  #rejectBegin: (error: Error) => void = () => {};
  #closed: Promise<void> | undefined;

  private constructor(options: EmbeddedStoreOptions, settings: StoreSettings, lock: DirectoryLock) {
    this.#settings = settings;
    this.#layout = layoutOf(settings.directory);
    this.#lock = lock;
    this.#now = options.now ?? Date.now;
    this.#gate = new BacklogGate({
      limitBytes: settings.backlogBytes,
      waitMillis: settings.backlogWaitMillis,
      backlogBytes: () => this.#backlogBytes(),
    });
    const { logger, workerDirectory } = options;
    lock.onLost(() => this.#lose(logger));
    this.#queries = new QueryThread({
      file: workerFile('query-worker', workerDirectory),
      settings,
      logger,
      onRestart: () => this.#ingest.reconnect(),
    });
    this.#ingest = new IngestThread({
      file: workerFile('ingest-worker', workerDirectory),
      settings,
      progress: this.#progress,
      logger,
      durable: endOfJournal(this.#layout.journal),
      onObstacle: (failure) => {
        this.#obstacle = failure;
        if (failure !== undefined) this.#gate.turnAway(failure);
        if (failure?.reason === 'full') this.#relieveDisk();
      },
      connect: () => this.#connectWorkers(),
    });
  }

  /** Use `openEmbeddedStore`. */
  static async start(
    options: EmbeddedStoreOptions,
    settings: StoreSettings,
    lock: DirectoryLock,
  ): Promise<EmbeddedSpanStore> {
    const store = new EmbeddedSpanStore(options, settings, lock);
    try {
      await unlessAborted(store.#begin(options.logger), options.signal);
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  async append(body: IngestBody): Promise<void> {
    try {
      this.#openJournal();
      await this.#gate.enter(body.bytes.length + frameHeaderBytes, async () => this.#openJournal().append(body));
    } catch (error) {
      if (error instanceof OverloadedError) this.#refusedBodies++;
      if (error instanceof StorageFailedError && error.reason === 'full') this.#relieveDisk();
      throw error;
    }
    this.#appendedBodies++;
    this.#appendedSpans += body.spanCount;
  }

  async services(): Promise<string[]> {
    const services = await this.#queries.ask('catalogue');
    return services.map(({ service }) => service).sort(compareTexts);
  }

  async operations(service: string): Promise<{ name: string; kind: number }[]> {
    const operations = (await this.#service(service))?.operations ?? [];
    return [...operations].sort((a, b) => compareTexts(a.name, b.name) || a.kind - b.kind);
  }

  async remoteServices(service: string): Promise<string[]> {
    return [...((await this.#service(service))?.remoteServices ?? [])].sort(compareTexts);
  }

  async tagKeys(service?: string): Promise<string[]> {
    const services = await this.#queries.ask('catalogue');
    const asked = services.filter((one) => service === undefined || one.service === service);
    return [...new Set(asked.flatMap(({ tagKeys }) => tagKeys))].sort(compareTexts);
  }

  trace(id: readonly [number, number, number, number]): Promise<SpanRecord[]> {
    return this.#queries.ask('trace', id);
  }

  encodeTrace(id: TraceIdWords, form: TraceForm, range?: StartRange): Promise<Uint8Array | undefined> {
    return this.#queries.ask('encodeTrace', id, form, range);
  }

  openTrace(id: TraceIdWords, mostSpans: number): Promise<OpenedTrace | undefined> {
    return this.#queries.ask('openTrace', id, mostSpans);
  }

  search(query: StoreSearch): Promise<SearchResult> {
    return this.#queries.ask('search', query);
  }

  encodeSearch(query: StoreSearch, form: TraceForm): Promise<EncodedSearch> {
    return this.#queries.ask('encodeSearch', query, form);
  }

  tracesOverview(query: OverviewQuery): Promise<TracesOverviewAnswer> {
    return this.#queries.ask('tracesOverview', query);
  }

  serviceStatistics(query: StatisticsQuery): Promise<StatisticsAnswer> {
    return this.#queries.ask('serviceStatistics', query);
  }

  serviceEdges(query: SumsQuery): Promise<ServiceEdgesAnswer> {
    return this.#queries.ask('serviceEdges', query);
  }

  stats(): StoreStats {
    const progress = this.#progress;
    return {
      appendedBodies: this.#appendedBodies,
      appendedSpans: this.#appendedSpans,
      convertedSpans: progress.get('convertedSpans'),
      refusedBodies: this.#refusedBodies,
      backlogBytes: this.#backlogBytes(),
      journalBytes: listParts(this.#layout.journal).reduce((sum, part) => sum + part.bytes, 0),
      segmentBytes: progress.get('segmentBytes'),
      segments: progress.get('segments'),
      spansInSegments: progress.get('segmentSpans'),
      spansInHotTable: progress.get('hotSpans'),
      replayedBodies: progress.get('replayedBodies'),
      tornFrames: progress.get('tornFrames'),
      damagedFrames: progress.get('damagedFrames'),
      damagedSegments: progress.get('damagedSegments'),
      quarantinedBodies: this.quarantinedBodies,
      quarantinedSpans: progress.get('quarantinedSpans'),
      workerRestarts: this.workerRestarts,
    };
  }

  /** What was found damaged since start. */
  get damage(): StoreDamage {
    return {
      journalFrames: this.#progress.get('damagedFrames'),
      segments: this.#progress.get('damagedSegments'),
    };
  }

  /** Acknowledged bodies that could not be converted: kept in the folder `quarantine`, counted since start. */
  get quarantinedBodies(): number {
    return this.#progress.get('quarantinedBodies');
  }

  /** How often the ingest worker ended by itself and was started again. */
  get workerRestarts(): number {
    return this.#ingest.restarts;
  }

  /** Applies retention now rather than at the next minute. */
  applyRetention(): Promise<void> {
    return this.#ingest.retain(this.#now() * 1000);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #begin(logger: StoreLogger | undefined): Promise<void> {
    const doing = (): string =>
      `replaying the journal, ${megabytes(bytesAfter(this.#layout.journal, this.#progress.position))} left`;
    const lost = new Promise<never>((_, reject) => {
      this.#rejectBegin = reject;
    });
    const { part } = await sayWhenSlow(Promise.race([this.#ingest.ready, lost]), doing, logger);
    // Called off meanwhile.
    if (this.#closed !== undefined) return;
    const last = listParts(this.#layout.journal).at(-1)?.number ?? 0;
    this.#journal = new JournalWriter({
      directory: this.#layout.journal,
      partBytes: this.#settings.journalPartBytes,
      firstPart: Math.max(part, last) + 1,
      onDurable: (end) => this.#becameDurable(end),
      objection: () => {
        if (this.#lost === undefined && this.#lock.isLost()) this.#lose(logger);
        return this.#lost;
      },
    });
    await this.applyRetention();
    if (this.#closed !== undefined) return;
    this.#retention = setInterval(() => void this.applyRetention(), retentionEveryMillis);
    this.#retention.unref();
  }

  async #close(): Promise<void> {
    clearInterval(this.#retention);
    const journal = this.#journal;
    this.#journal = undefined;
    this.#gate.close(new Error('the store is closed'));
    await journal?.close();
    await Promise.all([this.#ingest.close(), this.#queries.close()]);
    this.#lock.release();
  }

  /** A full disk does not wait for the next minute's retention. */
  #relieveDisk(): void {
    if (this.#relieving || this.#closed !== undefined) return;
    this.#relieving = true;
    void this.applyRetention().finally(() => {
      this.#relieving = false;
    });
  }

  /** Another process writes here now: whatever this one still wrote could damage that. What is stored stays readable. */
  #lose(logger: StoreLogger | undefined): void {
    if (this.#lost !== undefined) return;
    const message = `${this.#settings.directory} was taken over by another process while this one stood still; start it again`;
    this.#lost = new StorageFailedError(message, 'failed', undefined);
    this.#gate.close(this.#lost);
    clearInterval(this.#retention);
    logger?.error(message);
    this.#ingest.stopWriting();
    this.#rejectBegin(this.#lost);
  }

  #openJournal(): JournalWriter {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#journal === undefined) throw new Error('the store is closed');
    if (this.#obstacle !== undefined) throw this.#obstacle;
    return this.#journal;
  }

  #becameDurable(end: JournalPosition): void {
    this.#meter.reached(end);
    this.#ingest.durableUpTo(end);
  }

  #backlogBytes(): number {
    if (this.#journal === undefined) return 0;
    return this.#journal.pendingBytes + this.#meter.bytesBehind(this.#progress.position);
  }

  async #service(name: string): Promise<ServiceCatalogue | undefined> {
    const services = await this.#queries.ask('catalogue');
    return services.find(({ service }) => service === name);
  }

  /** Gives the query worker one end of a new channel and answers the other. */
  #connectWorkers(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#queries.connect(port1);
    return port2;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function endOfJournal(directory: string): JournalPosition {
  const last = listParts(directory).at(-1);
  return last === undefined ? journalStart : { part: last.number, offset: last.bytes };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
