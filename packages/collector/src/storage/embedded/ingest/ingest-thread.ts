import type { MessagePort } from 'node:worker_threads';

import { StorageFailedError } from '../../span-store.ts';
import type { JournalPosition } from '../journal/journal-position.ts';
import { comparePositions } from '../journal/journal-position.ts';
import type { StoreLogger, StoreSettings } from '../options.ts';
import { SupervisedWorker } from '../supervision/supervised-worker.ts';
import type { IngestCommand, IngestEvent, IngestStart } from './ingest-messages.ts';
import type { Progress } from './progress.ts';

export interface IngestThreadOptions {
  readonly file: URL;
  readonly settings: StoreSettings;
  readonly progress: Progress;
  readonly logger: StoreLogger | undefined;
  /** What is durable when the store opens. */
  readonly durable: JournalPosition;
  /** The disk refuses what conversion needs, `undefined` once it does not any more. */
  readonly onObstacle: (failure: StorageFailedError | undefined) => void;
  /** A (re)started worker needs a port to the query worker. */
  readonly connect: () => MessagePort;
}

/** Decoded spans die young; a larger nursery only takes memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

/** Runs the ingest worker. When it ends by itself, the next one replays from the journal what is in no segment. */
export class IngestThread {
  /** How often the worker was started again. */
  restarts = 0;
  /** Settles when everything found at the start is converted, with the position reached. */
  readonly ready: Promise<JournalPosition>;
  readonly #options: IngestThreadOptions;
  readonly #worker: SupervisedWorker<IngestCommand, IngestEvent>;
  #resolveReady: (position: JournalPosition) => void = () => {};
  #rejectReady: (error: Error) => void = () => {};
  #durable: JournalPosition;
  #wasReady = false;
  #mayWrite = true;
  #retained: (() => void)[] = [];
  #lastDeath: JournalPosition | undefined;
  #poison: JournalPosition | undefined;

  constructor(options: IngestThreadOptions) {
    this.#options = options;
    this.#durable = options.durable;
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    this.#worker = new SupervisedWorker<IngestCommand, IngestEvent>({
      file: options.file,
      name: 'spanwise ingest',
      workerData: () => this.#startData(),
      resourceLimits,
      onEvent: (event) => this.#receive(event),
      onEnd: (error) => this.#ended(error),
      onRestart: () => this.reconnect(),
    });
    this.reconnect();
  }

  durableUpTo(end: JournalPosition): void {
    this.#durable = end;
    this.#worker.send({ type: 'durable', end });
  }

  /** Resolves when retention has been applied once. */
  retain(nowMicros: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#worker.send({ type: 'retain', nowMicros })) this.#retained.push(resolve);
      // What a worker that is gone was asked to remove, the next minute's retention removes.
      else resolve();
    });
  }

  /** Connects the worker to a query worker that was started again. */
  reconnect(): void {
    const port = this.#options.connect();
    this.#worker.send({ type: 'connect', port }, [port]);
  }

  /** Nothing is written any more, by this worker or another; questions are answered by this one. */
  stopWriting(): void {
    this.#mayWrite = false;
    this.#worker.send({ type: 'stop-writing' });
  }

  async close(): Promise<void> {
    await this.#worker.close();
    this.#settleRetained();
  }

  #startData(): IngestStart {
    const { settings, progress } = this.#options;
    return {
      settings,
      progress: progress.buffer,
      durable: this.#durable,
      isBeingWritten: this.#wasReady,
      poison: this.#poison,
    };
  }

  #receive(event: Exclude<IngestEvent, { readonly type: 'closed' }>): void {
    if (event.type === 'ready') {
      this.#wasReady = true;
      this.#resolveReady(event.position);
    } else if (event.type === 'log') {
      this.#options.logger?.[event.level](event.message);
    } else if (event.type === 'retained') {
      this.#retained.shift()?.();
    } else {
      const { failure } = event;
      this.#options.onObstacle(failure && new StorageFailedError(failure.message, failure.reason, undefined));
    }
  }

  /** The journal has everything: a new worker replays what is in no segment. */
  #ended(error: Error): boolean {
    this.#settleRetained();
    if (!this.#mayWrite) return false;
    if (!this.#wasReady && this.restarts >= 3) {
      this.#rejectReady(error);
      return false;
    }
    this.restarts++;
    this.#notePoison();
    this.#options.logger?.error(`the ingest worker ended (${error.message}); a new one replays the journal`);
    return true;
  }

  #settleRetained(): void {
    for (const resolve of this.#retained.splice(0)) resolve();
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
}
