import { MemorySpanStore } from '../src/storage.ts';
import type { IngestBody } from '../src/storage/span-store.ts';

/** A store that stores when the test lets it, and tells in what order it stored and was closed. */
export class SlowStore extends MemorySpanStore {
  readonly order: string[] = [];
  /** Resolves when the first body has come. */
  readonly appending: Promise<void>;
  readonly #finished: Promise<void>;
  #appended: () => void = () => {};
  #finish: () => void = () => {};

  constructor() {
    super();
    this.appending = new Promise((resolve) => (this.#appended = resolve));
    this.#finished = new Promise((resolve) => (this.#finish = resolve));
  }

  /** What has come is stored, and so is what comes from here on. */
  finish(): void {
    this.#finish();
  }

  override async append(body: IngestBody): Promise<void> {
    this.#appended();
    await this.#finished;
    await super.append(body);
    this.order.push('stored');
  }

  override async close(): Promise<void> {
    this.order.push('closed');
  }
}
