import type { SpanRecord } from '@spanwise/wire';

import { wholeNumber } from '../internal/invalid-option.ts';
import type { Recorder } from './recorder.ts';

/**
 * Keeps finished spans in an array, for tests and for looking at a trace inside its own process. Not for production:
 * it holds every record until `clear`.
 */
export class InMemoryRecorder implements Recorder {
  readonly #maxSpans: number;
  #records: SpanRecord[] = [];
  #dropped = 0;

  /** `maxSpans`: the oldest are dropped beyond it; 10,000 unless given. */
  constructor(options: { readonly maxSpans?: number } = {}) {
    this.#maxSpans = wholeNumber('InMemoryRecorder: maxSpans', options.maxSpans, 10_000, 1);
  }

  /** In the order in which they finished. */
  get records(): readonly SpanRecord[] {
    return this.#records;
  }

  /** Records pushed out by newer ones since the last `clear`. */
  get dropped(): number {
    return this.#dropped;
  }

  finish(record: SpanRecord): void {
    this.#records.push(record);
    if (this.#records.length <= this.#maxSpans) return;
    this.#records.shift();
    this.#dropped += 1;
  }

  clear(): void {
    this.#records = [];
    this.#dropped = 0;
  }
}
