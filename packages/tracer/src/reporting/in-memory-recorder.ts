import type { SpanRecord } from '@spanwise/wire';

import { knownOptions } from '../internal/known-options.ts';
import { wholeNumber } from '../internal/invalid-option.ts';
import type { Recorder } from './recorder.ts';

/**
 * Keeps finished spans in an array, for tests and for looking at a trace inside its own process. Not for production:
 * it holds every record until `clear`.
 */
export class InMemoryRecorder implements Recorder {
  readonly #maxSpans: number;
  #records: SpanRecord[] = [];
  #unfinished: SpanRecord[] = [];
  #dropped = 0;

  /** @throws TypeError when `maxSpans` is no whole number from 1 on, and for other options */
  constructor(
    options: {
      /** Of either list the oldest are dropped beyond it; 10,000 unless given. */
      readonly maxSpans?: number;
    } = {},
  ) {
    knownOptions('InMemoryRecorder', options, ['maxSpans'], '{ maxSpans: 100 }');
    this.#maxSpans = wholeNumber('InMemoryRecorder: maxSpans', options.maxSpans, 10_000, 1);
  }

  /** In the order in which they finished. */
  get records(): readonly SpanRecord[] {
    return this.#records;
  }

  /** Copies that `tracer.reportUnfinished` made, in their order, of spans that have finished since too. */
  get unfinishedRecords(): readonly SpanRecord[] {
    return this.#unfinished;
  }

  /** Records pushed out by newer ones since the last `clear`. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Keeps the record itself, not a copy. */
  finish(record: SpanRecord): void {
    this.#keep(this.#records, record);
  }

  unfinished(record: SpanRecord): void {
    this.#keep(this.#unfinished, record);
  }

  /** Forgets all records, and the count of dropped ones. */
  clear(): void {
    this.#records = [];
    this.#unfinished = [];
    this.#dropped = 0;
  }

  #keep(list: SpanRecord[], record: SpanRecord): void {
    list.push(record);
    if (list.length <= this.#maxSpans) return;
    list.shift();
    this.#dropped += 1;
  }
}
