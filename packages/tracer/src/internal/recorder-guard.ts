import type { SpanRecord } from '@spanwise/wire';

import type { Recorder } from '../reporting/recorder.ts';
import { isError } from './is-error.ts';
import type { MinuteLog } from './minute-log.ts';
import { onRejection } from './on-rejection.ts';
import { bareCopyOf } from './record-copy.ts';
import type { Redaction } from './redaction.ts';

/**
 * The one boundary between the tracer and its recorders: whatever they throw is counted and logged once a minute, and
 * the recorders after them get the span all the same. A method that is `async` by mistake and rejects
 * counts as one that throws. With a redaction they get nothing that has not gone through it.
 */
export class RecorderGuard {
  /** Exceptions caught. */
  errors = 0;
  /** Spans that finished after `close`, or whose sampling was taken back. */
  discarded = 0;
  /** Records of open spans, on their way to the recorders. */
  unfinishedReports = 0;
  readonly redaction: Redaction | undefined;
  /** Whether any recorder wants to know of starts. */
  readonly wantsStart: boolean;
  readonly #wantsUnfinished: boolean;
  #closed = false;
  /** One question for every span in place of two: neither closed nor with a redaction. */
  #direct: boolean;
  readonly #recorders: readonly Recorder[];
  readonly #log: MinuteLog;

  constructor(recorders: readonly Recorder[], log: MinuteLog, redaction: Redaction | undefined) {
    this.#recorders = recorders;
    this.#log = log;
    this.redaction = redaction;
    this.#direct = redaction === undefined;
    this.wantsStart = recorders.some((recorder) => typeof recorder.start === 'function');
    this.#wantsUnfinished = recorders.some((recorder) => typeof recorder.unfinished === 'function');
  }

  /** Whether `unfinished` would reach anybody. */
  get takesUnfinished(): boolean {
    return this.#wantsUnfinished && !this.#closed;
  }

  /** Not after `close`: nobody would be told of the end. */
  start(started: SpanRecord): void {
    if (this.#closed) return;
    const span = this.redaction === undefined ? started : bareCopyOf(started);
    for (const recorder of this.#recorders) {
      try {
        const result: unknown = recorder.start?.(span);
        if (result !== undefined) this.#watch('start', result);
      } catch (error) {
        this.#failed('start', error);
      }
    }
  }

  finish(finished: SpanRecord): void {
    const record = this.#direct ? finished : this.#admit(finished);
    if (record === undefined) return;
    // An index: an iterator would be an object for every span.
    for (let index = 0; index < this.#recorders.length; index++) {
      try {
        const result: unknown = this.#recorders[index]!.finish(record);
        // Here and not in `#watch`, whose closure costs an object before it is made.
        if (result !== undefined) this.#watch('finish', result);
      } catch (error) {
        this.#failed('finish', error);
      }
    }
  }

  /** The record of an open span. False when the redaction holds it back. */
  unfinished(open: SpanRecord): boolean {
    this.unfinishedReports += 1;
    const record = this.redaction === undefined ? open : this.redaction.of(open);
    if (record === undefined) return false;
    for (const recorder of this.#recorders) {
      try {
        const result: unknown = recorder.unfinished?.(record);
        if (result !== undefined) this.#watch('unfinished', result);
      } catch (error) {
        this.#failed('unfinished', error);
      }
    }
    return true;
  }

  /** A span that was started as a sampled one and is none any more. */
  unsampled(finished: SpanRecord): void {
    this.discarded += 1;
    this.#discard(this.redaction === undefined ? finished : bareCopyOf(finished));
  }

  /** From now on spans are discarded. */
  close(): void {
    this.#closed = true;
    this.#direct = false;
  }

  /** The record to hand on; of one that nobody may have the recorders are told. */
  #admit(finished: SpanRecord): SpanRecord | undefined {
    if (this.#closed) this.discarded += 1;
    else {
      const record = this.redaction?.of(finished);
      if (record !== undefined) return record;
    }
    this.#discard(this.redaction === undefined ? finished : bareCopyOf(finished));
    return undefined;
  }

  #discard(span: SpanRecord): void {
    for (const recorder of this.#recorders) {
      try {
        const result: unknown = recorder.discarded?.(span);
        if (result !== undefined) this.#watch('discarded', result);
      } catch (error) {
        this.#failed('discarded', error);
      }
    }
  }

  #watch(method: string, result: unknown): void {
    onRejection(result, (error) => this.#failed(method, error));
  }

  #failed(method: string, error: unknown): void {
    this.errors += 1;
    this.#log.warn(() => `spanwise: a recorder's ${method} threw (${this.errors} so far): ${describe(error)}`);
  }
}

function describe(error: unknown): string {
  return isError(error) ? (error.stack ?? error.message) : String(error);
}
