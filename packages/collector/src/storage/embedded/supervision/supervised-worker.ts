import type { MessagePort, ResourceLimits } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';

import { RestartDelay } from './restart-delay.ts';

/** What a supervised worker is told and tells. It must answer the command `close` with the event `closed`. */
export interface WorkerMessage {
  readonly type: string;
}

export interface SupervisedWorkerOptions<Event extends WorkerMessage> {
  readonly file: URL;
  /** Of the thread, for debuggers. */
  readonly name: string;
  /** What a worker is started with: asked for at each start. */
  readonly workerData: () => unknown;
  readonly resourceLimits?: ResourceLimits | undefined;
  readonly onEvent: (event: Exclude<Event, { readonly type: 'closed' }>) => void;
  /** The worker ended by itself. Answers whether another one is to be started, after so many milliseconds. */
  readonly onEnd: (error: Error, restartMillis: number) => boolean;
  /** Another worker was started in place of one that ended. */
  readonly onRestart: () => void;
  /** Calls back after a time, and gives what cancels that. Default `setTimeout`. */
  readonly after?: ((millis: number, start: () => void) => () => void) | undefined;
}

/**
 * Runs a worker thread, and another one when it ends by itself, with a growing delay. What the worker that ended was to do
 * is its owner's to know.
 */
export class SupervisedWorker<Command extends WorkerMessage, Event extends WorkerMessage> {
  readonly #options: SupervisedWorkerOptions<Event>;
  readonly #restartDelay = new RestartDelay(() => performance.now());
  /** `undefined` between the end of one and the start of the next. */
  #worker: Worker | undefined;
  #cancelRestart: () => void = () => {};
  #closing = false;
  #closed: () => void = () => {};

  constructor(options: SupervisedWorkerOptions<Event>) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /**
   * `ports` are moved with the command. While there is no worker the command is dropped, which the answer tells, and they
   * are closed.
   */
  send(command: Command, ports: readonly MessagePort[] = []): boolean {
    if (this.#worker === undefined) for (const port of ports) port.close();
    else this.#worker.postMessage(command, ports);
    return this.#worker !== undefined;
  }

  /** Waits until the worker has closed what it has open. No other is started. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelRestart();
    const worker = this.#worker;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      worker.once('exit', resolve);
      worker.postMessage({ type: 'close' });
    });
    this.#worker = undefined;
    await worker.terminate();
  }

  #start(): Worker {
    const { file, name, workerData, resourceLimits = {} } = this.#options;
    const worker = new Worker(file, { workerData: workerData(), name, execArgv: [], resourceLimits });
    this.#restartDelay.started();
    worker.on('message', (event: Event) => this.#receive(event));
    worker.on('error', (error: unknown) => this.#ended(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => {
      // After an error it is known already.
      if (this.#worker === worker && !this.#closing) this.#ended(new Error(`exit with ${code}`));
    });
    return worker;
  }

  #receive(event: Event): void {
    if (event.type === 'closed') this.#closed();
    else this.#options.onEvent(event as Exclude<Event, { readonly type: 'closed' }>);
  }

  #ended(error: Error): void {
    if (this.#closing) return this.#closed();
    this.#worker = undefined;
    const millis = this.#restartDelay.next();
    const { onEnd, after = afterTimeout } = this.#options;
    if (onEnd(error, millis)) this.#cancelRestart = after(millis, () => this.#restart());
  }

  #restart(): void {
    this.#worker = this.#start();
    this.#options.onRestart();
  }
}

function afterTimeout(millis: number, start: () => void): () => void {
  const timer = setTimeout(start, millis);
  return () => clearTimeout(timer);
}
