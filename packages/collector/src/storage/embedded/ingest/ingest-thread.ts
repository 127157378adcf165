import type { MessagePort } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';

import type { JournalPosition } from '../journal/journal-position.ts';
import { comparePositions } from '../journal/journal-position.ts';
import type { StoreLogger, StoreSettings } from '../options.ts';
import type { IngestCommand, IngestEvent, IngestStart } from './ingest-messages.ts';
import type { Progress } from './progress.ts';
import { RestartDelay } from './restart-delay.ts';

export interface IngestThreadOptions {
  readonly file: URL;
  readonly settings: StoreSettings;
  readonly progress: Progress;
  readonly logger: StoreLogger | undefined;
  /** What is durable when the store opens. */
  readonly durable: JournalPosition;
  /** A segment did not fit on the disk. */
  readonly onDiskFull: () => void;
  /** A (re)started worker needs a port to the query worker. */
  readonly connect: () => MessagePort;
}

/** Decoded spans die young; a larger nursery only takes memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

/** Runs the ingest worker, and runs it again when it ends by itself: what it had not covered is in the journal. */
export class IngestThread {
  /** How often the worker was started again. */
  restarts = 0;
  /** Settles when everything found at the start is converted, with the position reached. */
  readonly ready: Promise<JournalPosition>;
  readonly #options: IngestThreadOptions;
  #resolveReady: (position: JournalPosition) => void = () => {};
  #rejectReady: (error: Error) => void = () => {};
  #worker: Worker | undefined;
  #durable: JournalPosition;
  #closing = false;
  #wasReady = false;
  #retained: (() => void)[] = [];
  #closed: () => void = () => {};
  #lastDeath: JournalPosition | undefined;
  #poison: JournalPosition | undefined;
  readonly #restartDelay = new RestartDelay(() => performance.now());
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(options: IngestThreadOptions) {
    this.#options = options;
    this.#durable = options.durable;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.#start();
  }

  durableUpTo(end: JournalPosition): void {
    this.#durable = end;
    this.#send({ type: 'durable', end });
  }

  /** Resolves when retention has been applied once. */
  retain(nowMicros: number): Promise<void> {
    return new Promise((resolve) => {
      this.#retained.push(resolve);
      this.#send({ type: 'retain', nowMicros });
    });
  }

  /** Connects the worker to a query worker that was started again. */
  reconnect(): void {
    const port = this.#options.connect();
    this.#worker?.postMessage({ type: 'connect', port } satisfies IngestCommand, [port]);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restartTimer);
    const worker = this.#worker;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      worker.once('exit', resolve);
      this.#send({ type: 'close' });
    });
    await worker.terminate();
  }

  #start(): void {
    const { file, settings, progress } = this.#options;
    const workerData: IngestStart = {
      settings,
      progress: progress.buffer,
      durable: this.#durable,
      poison: this.#poison,
    };
    const worker = new Worker(file, { workerData, name: 'spanwise ingest', execArgv: [], resourceLimits });
    this.#worker = worker;
    this.#restartDelay.started();
    worker.on('message', (event: IngestEvent) => this.#receive(event));
    worker.on('error', (error) => this.#died(error));
    worker.on('exit', (code) => {
      // After an error there is already another worker, or none.
      if (this.#worker === worker && !this.#closing) this.#died(new Error(`exit with ${code}`));
    });
    this.reconnect();
  }

  #receive(event: IngestEvent): void {
    if (event.type === 'ready') {
      this.#wasReady = true;
      this.#resolveReady(event.position);
    } else if (event.type === 'log') {
      this.#options.logger?.[event.level](event.message);
    } else if (event.type === 'retained') {
      this.#retained.shift()?.();
    } else if (event.type === 'disk-full') {
      this.#options.onDiskFull();
    } else {
      this.#closed();
    }
  }

  /** The journal has everything: a new worker replays what is in no segment. */
  #died(error: unknown): void {
    this.#worker = undefined;
    for (const resolve of this.#retained.splice(0)) resolve();
    if (this.#closing) return;
    if (!this.#wasReady && this.restarts >= 3)
      return this.#rejectReady(error instanceof Error ? error : new Error(String(error)));
    this.restarts++;
    this.#notePoison();
    const message = error instanceof Error ? error.message : String(error);
    this.#options.logger?.error(`the ingest worker ended (${message}); a new one replays the journal`);
    this.#restartTimer = setTimeout(() => this.#start(), this.#restartDelay.next());
  }

  #notePoison(): void {
    const { progress } = this.#options;
    const at = progress.reading;
    progress.reading = undefined;
    // It ended at something else than a body, which is then no sign against any.
    if (at === undefined) return;
    if (this.#lastDeath !== undefined && comparePositions(at, this.#lastDeath) === 0) this.#poison = at;
    this.#lastDeath = at;
  }

  #send(command: IngestCommand): void {
    this.#worker?.postMessage(command);
  }
}
