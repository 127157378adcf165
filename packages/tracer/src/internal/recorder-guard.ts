import type { SpanRecord } from '@spanwise/wire';

import type { Recorder } from '../reporting/recorder.ts';
import { isError } from './is-error.ts';
import type { MinuteLog } from './minute-log.ts';
import { onRejection } from './on-rejection.ts';

/**
 * The one boundary between the tracer and its recorders: whatever they throw is counted and logged once a minute, and
 * the recorders after them get the span all the same. A method that is `async` by mistake and rejects
 * counts as one that throws.
 */
export class RecorderGuard {
  /** Exceptions caught. */
  errors = 0;
  /** Spans that finished after `close`. */
  discarded = 0;
  #closed = false;
  /** Whether any recorder wants to know of starts. */
  readonly wantsStart: boolean;
  readonly #recorders: readonly Recorder[];
  readonly #log: MinuteLog;

  constructor(recorders: readonly Recorder[], log: MinuteLog) {
    this.#recorders = recorders;
    this.#log = log;
    this.wantsStart = recorders.some((recorder) => typeof recorder.start === 'function');
  }

  start(span: SpanRecord): void {
    for (const recorder of this.#recorders) {
      try {
        const result: unknown = recorder.start?.(span);
        if (result !== undefined) this.#watch('start', result);
      } catch (error) {
        this.#failed('start', error);
      }
    }
  }

  finish(record: SpanRecord): void {
    if (this.#closed) return this.#discard(record);
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

  /** From now on spans are discarded. */
  close(): void {
    this.#closed = true;
  }

  #discard(span: SpanRecord): void {
    this.discarded += 1;
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
