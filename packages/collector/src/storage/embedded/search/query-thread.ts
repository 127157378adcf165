import type { MessagePort } from 'node:worker_threads';
import { Worker } from 'node:worker_threads';
import type { SpanRecord } from '@spanwise/wire/span-record';

import type { SearchResult, StoreSearch } from '../../span-store.ts';
import type { ServiceCatalogue } from '../hot/catalogue.ts';
import type { StoreLogger, StoreSettings } from '../options.ts';
import type { QueryCommand, QueryEvent, QueryHead, QueryQuestion, QueryStart } from './query-messages.ts';

interface OpenQuestion {
  readonly question: QueryQuestion;
  attempts: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  head: QueryHead | undefined;
  partsLeft: number;
  spans: SpanRecord[];
}

interface Answer {
  readonly head: QueryHead;
  readonly spans: readonly SpanRecord[];
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
  readonly #options: QueryThreadOptions;
  readonly #open = new Map<number, OpenQuestion>();
  #worker: Worker;
  #lastId = 0;
  #closing = false;
  #closed: () => void = () => {};

  constructor(options: QueryThreadOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  connect(port: MessagePort): void {
    this.#worker.postMessage({ type: 'connect', port } satisfies QueryCommand, [port]);
  }

  async catalogue(): Promise<readonly ServiceCatalogue[]> {
    const { head } = await this.#ask({ name: 'catalogue' });
    return head.name === 'catalogue' ? head.services : [];
  }

  async trace(id: readonly [number, number, number, number]): Promise<SpanRecord[]> {
    const { spans } = await this.#ask({ name: 'trace', id });
    return [...spans];
  }

  async search(search: StoreSearch): Promise<SearchResult> {
    const { head, spans } = await this.#ask({ name: 'search', search });
    if (head.name !== 'search') throw new Error('the query worker answered another question');
    let from = 0;
    const traces = head.traces.map(({ count, matchedSpanIds }) => {
      const trace = { spans: spans.slice(from, from + count), matchedSpanIds };
      from += count;
      return trace;
    });
    return { traces, complete: head.complete, searchedBackToMicros: head.searchedBackToMicros };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      this.#worker.once('exit', resolve);
      this.#send({ type: 'close' });
    });
    await this.#worker.terminate();
    for (const [, open] of this.#open) open.reject(new Error('the store is closed'));
    this.#open.clear();
  }

  #ask(question: QueryQuestion): Promise<Answer> {
    if (this.#closing) return Promise.reject(new Error('the store is closed'));
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#open.set(id, { question, attempts: 1, resolve, reject, head: undefined, partsLeft: 0, spans: [] });
      this.#send({ type: 'ask', id, question });
    });
  }

  #start(): Worker {
    const { file, settings } = this.#options;
    const workerData: QueryStart = { settings };
    const worker = new Worker(file, { workerData, name: 'spanwise queries', execArgv: [] });
    worker.on('message', (event: QueryEvent) => this.#receive(event));
    worker.on('error', (error) => this.#died(error));
    worker.on('exit', (code) => {
      // After an error there is already another worker.
      if (this.#worker === worker && !this.#closing) this.#died(new Error(`exit with ${code}`));
    });
    return worker;
  }

  #receive(event: QueryEvent): void {
    if (event.type === 'closed') this.#closed();
    if (event.type === 'closed' || event.type === 'ready') return;
    const open = this.#open.get(event.id);
    if (open === undefined) return;
    if (event.type === 'failure') {
      this.#open.delete(event.id);
      open.reject(new Error(event.message));
      return;
    }
    if (event.type === 'head') {
      open.head = event.head;
      open.partsLeft = event.parts;
    } else {
      for (const span of event.spans) open.spans.push(span);
      open.partsLeft--;
    }
    this.#goOn(event.id, open, event.type === 'part');
  }

  #goOn(id: number, open: OpenQuestion, askMore: boolean): void {
    if (open.partsLeft === 0 && open.head !== undefined) {
      this.#open.delete(id);
      open.resolve({ head: open.head, spans: open.spans });
    } else if (askMore) {
      this.#send({ type: 'more', id });
    }
  }

  #died(error: unknown): void {
    if (this.#closing) return this.#closed();
    const message = error instanceof Error ? error.message : String(error);
    this.#options.logger?.error(`the query worker ended (${message}); a new one is started`);
    this.#worker = this.#start();
    this.#options.onRestart();
    for (const [id, open] of this.#open) this.#askAgain(id, open);
  }

  #askAgain(id: number, open: OpenQuestion): void {
    if (open.attempts === 2) {
      this.#open.delete(id);
      open.reject(new Error('the query worker ended twice while it answered'));
      return;
    }
    Object.assign(open, { attempts: 2, head: undefined, partsLeft: 0, spans: [] });
    this.#send({ type: 'ask', id, question: open.question });
  }

  #send(command: QueryCommand): void {
    this.#worker.postMessage(command);
  }
}
