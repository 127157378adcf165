import type { MessagePort } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';

import type { StoreLogger, StoreSettings } from '../options.ts';
import { RestartDelay } from '../ingest/restart-delay.ts';
import type { QueryCommand, QueryEvent, QueryQuestion, QueryStart, StoreQueries } from './query-messages.ts';

interface OpenQuestion {
  readonly question: QueryQuestion;
  attempts: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export interface QueryThreadOptions {
  readonly file: URL;
  readonly settings: StoreSettings;
  readonly logger: StoreLogger | undefined;
  /** Called when a new worker needs a port to the ingest worker. */
  readonly onRestart: () => void;
  /** Calls back after a time, and gives what cancels that. Default `setTimeout`. */
  readonly after?: ((millis: number, start: () => void) => () => void) | undefined;
}

/** Runs the query worker and asks it. When the worker ends by itself, open questions are asked once more. */
export class QueryThread {
  readonly #options: QueryThreadOptions;
  readonly #open = new Map<number, OpenQuestion>();
  readonly #restartDelay = new RestartDelay(() => performance.now());
  /** `undefined` between the end of one and the start of the next. */
  #worker: Worker | undefined;
  #cancelRestart: () => void = () => {};
  #lastId = 0;
  #closing = false;
  #closed: () => void = () => {};

  constructor(options: QueryThreadOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** While there is no worker the port is closed: the next worker gets another. */
  connect(port: MessagePort): void {
    if (this.#worker === undefined) port.close();
    else this.#worker.postMessage({ type: 'connect', port } satisfies QueryCommand, [port]);
  }

  /** @throws {Error} what the query worker threw; that it ended twice while it answered; that the store is closed. */
  ask<Name extends keyof StoreQueries>(
    name: Name,
    ...args: Parameters<StoreQueries[Name]>
  ): ReturnType<StoreQueries[Name]> {
    const answer = new Promise((resolve, reject) => {
      if (this.#closing) return reject(new Error('the store is closed'));
      const id = ++this.#lastId;
      const question = { name, args } as QueryQuestion;
      this.#open.set(id, { question, attempts: 1, resolve, reject });
      this.#send({ type: 'ask', id, question });
    });
    return answer as ReturnType<StoreQueries[Name]>;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#cancelRestart();
    await this.#end(this.#worker);
    for (const { reject } of this.#open.values()) reject(new Error('the store is closed'));
    this.#open.clear();
  }

  async #end(worker: Worker | undefined): Promise<void> {
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      worker.once('exit', resolve);
      this.#send({ type: 'close' });
    });
    await worker.terminate();
  }

  #start(): Worker {
    const { file, settings } = this.#options;
    const workerData: QueryStart = { settings };
    const worker = new Worker(file, { workerData, name: 'spanwise queries', execArgv: [] });
    this.#restartDelay.started();
    worker.on('message', (event: QueryEvent) => this.#receive(event));
    worker.on('error', (error) => this.#died(error));
    worker.on('exit', (code) => {
      // After an error it is known already.
      if (this.#worker === worker && !this.#closing) this.#died(new Error(`exit with ${code}`));
    });
    return worker;
  }

  #receive(event: QueryEvent): void {
    if (event.type === 'closed') return this.#closed();
    const open = this.#open.get(event.id);
    this.#open.delete(event.id);
    if (event.type === 'answer') open?.resolve(event.value as never);
    else open?.reject(new Error(event.message));
  }

  #died(error: unknown): void {
    if (this.#closing) return this.#closed();
    this.#worker = undefined;
    const millis = this.#restartDelay.next();
    const message = error instanceof Error ? error.message : String(error);
    this.#options.logger?.error(`the query worker ended (${message}); a new one is started in ${millis} ms`);
    this.#giveUpOnSome();
    const { after = afterTimeout } = this.#options;
    this.#cancelRestart = after(millis, () => this.#restart());
  }

  /** A question at which the worker ended twice may well be why it ends. */
  #giveUpOnSome(): void {
    for (const [id, open] of this.#open) {
      if (open.attempts++ === 1) continue;
      this.#open.delete(id);
      open.reject(new Error('the query worker ended twice while it answered'));
    }
  }

  #restart(): void {
    this.#worker = this.#start();
    this.#options.onRestart();
    for (const [id, { question }] of this.#open) this.#send({ type: 'ask', id, question });
  }

  /** Without a worker the question waits for the next one. */
  #send(command: QueryCommand): void {
    this.#worker?.postMessage(command);
  }
}

function afterTimeout(millis: number, start: () => void): () => void {
  const timer = setTimeout(start, millis);
  return () => clearTimeout(timer);
}
