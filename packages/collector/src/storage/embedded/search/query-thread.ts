import type { MessagePort } from 'node:worker_threads';

import { ReplayingError } from '../../span-store.ts';
import type { StoreLogger, StoreSettings } from '../options.ts';
import { SupervisedWorker } from '../supervision/supervised-worker.ts';
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
}

/** Runs the query worker and asks it. When the worker ends by itself, open questions are asked once more. */
export class QueryThread {
  readonly #logger: StoreLogger | undefined;
  readonly #open = new Map<number, OpenQuestion>();
  readonly #worker: SupervisedWorker<QueryCommand, QueryEvent>;
  #lastId = 0;
  #closing = false;

  constructor({ file, settings, logger, onRestart }: QueryThreadOptions) {
    this.#logger = logger;
    this.#worker = new SupervisedWorker<QueryCommand, QueryEvent>({
      file,
      name: 'spanwise queries',
      workerData: (): QueryStart => ({ settings }),
      onEvent: (event) => this.#receive(event),
      onEnd: (error, restartMillis) => this.#ended(error, restartMillis),
      onRestart: () => {
        onRestart();
        this.#askAgain();
      },
    });
  }

  /** While there is no worker the port is closed: the next worker gets another. */
  connect(port: MessagePort): void {
    this.#worker.send({ type: 'connect', port }, [port]);
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
      // Without a worker the question waits for the next one.
      this.#worker.send({ type: 'ask', id, question });
    });
    return answer as ReturnType<StoreQueries[Name]>;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#worker.close();
    for (const { reject } of this.#open.values()) reject(new Error('the store is closed'));
    this.#open.clear();
  }

  #receive(event: Exclude<QueryEvent, { readonly type: 'closed' }>): void {
    const open = this.#open.get(event.id);
    this.#open.delete(event.id);
    if (event.type === 'answer') open?.resolve(event.value as never);
    else open?.reject(event.isReplaying ? new ReplayingError() : new Error(event.message));
  }

  #ended({ message }: Error, restartMillis: number): boolean {
    this.#logger?.error(`the query worker ended (${message}); a new one is started in ${restartMillis} ms`);
    this.#giveUpOnSome();
    return true;
  }

  /** A question at which the worker ended twice may well be why it ends. */
  #giveUpOnSome(): void {
    for (const [id, open] of this.#open) {
      if (open.attempts++ === 1) continue;
      this.#open.delete(id);
      open.reject(new Error('the query worker ended twice while it answered'));
    }
  }

  #askAgain(): void {
    for (const [id, { question }] of this.#open) this.#worker.send({ type: 'ask', id, question });
  }
}
