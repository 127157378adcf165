import type { SpanRecord } from '@spanwise/wire';

import { textOf } from '../attribute-value.ts';
import type { BatchReporterOptions, CheckedBatchOptions } from './batch-options.ts';
import { checkBatchOptions } from './batch-options.ts';
import { checkDeadline } from './check-deadline.ts';
import { ExportQueue } from './export-queue.ts';
import type { GivenUpReason } from './ledger.ts';
import { Ledger } from './ledger.ts';
import { LossLog } from './loss-log.ts';
import type { DeadlineOptions, Reporter, ReporterStats } from './recorder.ts';
import { sizeHint } from './size-hint.ts';
import type { Timer } from '../timers.ts';

/**
 * Collects spans into batches and sends them in the background, bounded in spans and bytes, with retries.
 *
 * Most applications want `otlpReporter` or `zipkinReporter`, which are this with an encoder and a transport; for tests
 * take `InMemoryRecorder`.
 *
 * ## When a span is encoded
 *
 * In `finish`, straight into the open batch: the record is sealed then, so the bytes are final, and the span's memory
 * is free at once. Whatever decides about spans later (tail sampling) is a recorder of its own that hands on to this
 * one; `createTracer({ redact })` changes them before. With several reporters each encodes for itself. A span that is
 * reported unfinished is encoded then, as it is, and again as a span of its own when it finishes.
 *
 * ## When a batch leaves
 *
 * When it has `maxBatchSpans` or `maxBatchBytes`, or `scheduledDelayMillis` after its first span; `flush` and `close`
 * send it at once, and while the backend is away they try again no later than `retry.initialDelayMillis` after the last failure
 * (and no sooner than half of it), or when `Retry-After` asks. Memory is bounded by the queue's limits: while the backend is away, new spans are given up, not old
 * ones.
 */
export function batchReporter(options: BatchReporterOptions): Reporter {
  return new BatchReporter(checkBatchOptions(options));
}

class BatchReporter implements Reporter {
  readonly #options: CheckedBatchOptions;
  readonly #encoder: CheckedBatchOptions['encoder'];
  readonly #ledger: Ledger = new Ledger();
  readonly #losses: LossLog;
  readonly #queue: ExportQueue;
  readonly #bigSpanLength: number;
  #openSpans = 0;
  #delay: Timer | undefined;
  #closing: Promise<void> | undefined;
  #isEnded = false;

  constructor(options: CheckedBatchOptions) {
    this.#options = options;
    this.#encoder = options.encoder;
    this.#losses = new LossLog(options.destination, options.logger, options.timers);
    this.#queue = new ExportQueue(options, this.#ledger, this.#losses);
    // A quarter of the limit, because the hint may be a quarter of the truth.
    this.#bigSpanLength = options.maxBatchBytes / 4;
  }

  finish(record: SpanRecord): void {
    this.#ledger.accept();
    if (this.#closing !== undefined) this.#giveUp('closed', 1);
    else if (this.#isFull()) this.#giveUp('queue-full', 1);
    else if (lengthOf(record) > this.#bigSpanLength) this.#addBig(record);
    else this.#add(record);
  }

  /** One more span to send and to account for: whoever receives both makes one of them. */
  unfinished(record: SpanRecord): void {
    this.finish(record);
  }

  async flush(options: DeadlineOptions = {}): Promise<void> {
    await this.#flush(checkDeadline('flush', options));
  }

  /** Not `async`: a second call gives the first one's promise. */
  close(options: DeadlineOptions = {}): Promise<void> {
    try {
      const deadlineMillis = checkDeadline('close', options);
      // A process that exits waits for nothing, so without time left all of it happens at once, also during another close.
      if (deadlineMillis === 0) this.#end();
      this.#closing ??= deadlineMillis === 0 ? Promise.resolve() : this.#close(deadlineMillis);
      return this.#closing;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  stats(): ReporterStats {
    return this.#ledger.snapshot(this.#heldBytes());
  }

  async #flush(deadlineMillis: number): Promise<void> {
    this.#seal();
    await this.#queue.settled(deadlineMillis);
  }

  async #close(deadlineMillis: number): Promise<void> {
    await this.#flush(deadlineMillis);
    this.#end();
  }

  /** Gives up what is left, and says so. */
  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#seal();
    this.#queue.close();
    this.#losses.close();
  }

  /** The span on hand is among those held, hence `>`. */
  #isFull(): boolean {
    return this.#ledger.held > this.#options.maxQueueSpans || this.#heldBytes() >= this.#options.maxQueueBytes;
  }

  #heldBytes(): number {
    return this.#queue.heldBytes + (this.#openSpans === 0 ? 0 : this.#encoder.byteLength);
  }

  #add(record: SpanRecord): void {
    if (!this.#encode(record)) return;
    this.#openSpans += 1;
    if (this.#openSpans >= this.#options.maxBatchSpans || this.#encoder.byteLength >= this.#options.maxBatchBytes) {
      this.#seal();
    } else {
      this.#delay ??= this.#options.timers.schedule(this.#options.scheduledDelayMillis, () => this.#seal());
    }
  }

  /** A span that may be longer than a batch is encoded alone, so that it can be thrown away alone. */
  #addBig(record: SpanRecord): void {
    this.#seal();
    if (!this.#encode(record)) return;
    if (this.#encoder.byteLength <= this.#options.maxBatchBytes) {
      this.#openSpans = 1;
      this.#seal();
      return;
    }
    this.#encoder.take();
    this.#giveUp('oversize', 1);
  }

  /**
   * `add` is all or nothing. An encoder that counts otherwise breaks that, and then the open batch goes with the span.
   */
  #encode(record: SpanRecord): boolean {
    try {
      this.#encoder.add(record);
      return true;
    } catch (error) {
      const lost = this.#encoder.spanCount === this.#openSpans ? 1 : this.#discardOpen() + 1;
      this.#giveUp('encoding-failed', lost, textOf(error));
      return false;
    }
  }

  #discardOpen(): number {
    const spanCount = this.#openSpans;
    this.#openSpans = 0;
    this.#encoder.take();
    return spanCount;
  }

  #seal(): void {
    this.#delay?.cancel();
    this.#delay = undefined;
    if (this.#openSpans === 0) return;
    const spanCount = this.#openSpans;
    this.#openSpans = 0;
    this.#queue.push(this.#encoder.take(), spanCount);
  }

  #giveUp(reason: GivenUpReason, count: number, message: string = ''): void {
    this.#ledger.giveUpQueued(reason, count);
    this.#losses.lost(reason, count, message);
  }
}

/** A record that cannot be read is sent alone, so that it takes no other span with it. */
function lengthOf(record: SpanRecord): number {
  try {
    return sizeHint(record);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
