import { Worker } from 'node:worker_threads';

import type { BodyCodec, CheckedBody } from '../formats/body-codec.ts';
import { checkBody } from './check-body.ts';
import type { MalformedBody } from './check-body.ts';

export interface CheckRequest {
  readonly id: number;
  /** Id of the codec. */
  readonly format: number;
  readonly bytes: Uint8Array;
}

export type Result = CheckedBody | MalformedBody;

export type CheckAnswer =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly failed: Error };

interface Waiting {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** A body from this size on, if it is not checked fast, would hold up the event loop for tens of milliseconds. */
const largeBodyBytes = 128 * 1024;

/**
 * Checks bodies, large JSON ones on a thread of its own that starts with the first of them: to check 10 MB of JSON
 * takes half a second and longer, in which nobody else would be answered. A thread that dies fails the checks that it
 * had, and the next check starts another.
 */
export class CheckThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #newWorker: () => Worker;

  constructor(newWorker: () => Worker = startWorker) {
    this.#newWorker = newWorker;
  }

  async check({ id: format, checksFast }: BodyCodec, bytes: Uint8Array): Promise<Result> {
    if (checksFast || bytes.length < largeBodyBytes) return checkBody(format, bytes);
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // Copied, not transferred: the store needs them yet.
      worker.postMessage({ id, format, bytes } satisfies CheckRequest, []);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = this.#newWorker();
    worker.unref();
    worker.on('message', (answer: CheckAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#failAll(worker, error));
    worker.on('exit', (code) => this.#failAll(worker, new Error(`the thread that checks bodies ended with ${code}`)));
    return worker;
  }

  #settle(answer: CheckAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('failed' in answer) waiting?.reject(answer.failed);
    else waiting?.resolve(answer.result);
  }

  /** A thread that dies of an error exits only later, when the next one may have checks of its own. */
  #failAll(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function startWorker(): Worker {
  return new Worker(workerFile(), { name: 'spanwise checks', execArgv: [] });
}

/** Node 20 runs no TypeScript in threads, so the built one is taken even when this module runs from its source. */
function workerFile(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../../lib/ingest/check-worker.js' : './ingest/check-worker.js', import.meta.url);
}
