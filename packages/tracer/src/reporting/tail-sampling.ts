import type { SpanRecord } from '@spanwise/wire';
import { SpanStatus } from '@spanwise/wire';
import { otThreshold, withOtThreshold } from '@spanwise/wire/propagation';

import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import { MinuteLog } from '../internal/minute-log.ts';
import { copyOf } from '../internal/record-copy.ts';
import { checkProbability, SamplingThreshold } from '../internal/sampling-threshold.ts';
import type { Logger } from '../logger.ts';
import { consoleLogger } from '../logger.ts';
import { checkDeadline } from './check-deadline.ts';
import { type HeldTrace, HeldTraces, traceKey } from './held-traces.ts';
import type { DeadlineOptions, Recorder, Reporter, ReporterStats } from './recorder.ts';
import { isReporter } from './recorder.ts';
import type { Timer, Timers } from './timers.ts';
import { longestTimerMillis, systemTimers } from './timers.ts';

/** Which traces `tailSampling` keeps, and how much it holds. */
export interface TailSamplingOptions {
  /** Traces with a span that took so many milliseconds or more are kept. 1,000 unless given; `Infinity` for none. */
  readonly slowMillis?: number;
  /** The share of the other traces that is kept, from 0 to 1. 0.1 unless given. */
  readonly probability?: number;
  /**
   * Asked for each finished span whose trace is not kept yet: true keeps it. Synchronous. An exception counts as true, for
   * losing traces is worse, and is logged once a minute.
   */
  readonly keep?: (record: SpanRecord) => boolean;
  /** Finished spans held at most, of all traces; beyond it the oldest trace is decided with what is there. 10,000 unless given. */
  readonly maxSpans?: number;
  /** A trace is decided after so many milliseconds, spans that are still open or not. 30,000 unless given. */
  readonly maxHoldMillis?: number;
  /** The console unless given. */
  readonly logger?: Logger;
  /** The process's own unless given; others are for tests. */
  readonly timers?: Timers;
}

/**
 * Keeps whole traces by how they went: those with an error, the slow ones, and a share of the rest. It holds the finished
 * spans of a trace until none of its spans in this process is open, and hands them to `recorder`, or drops them.
 *
 * It sees what happens in this process: when another one fails, the parts here are not kept for it. So it saves sending and
 * storing, not recording; a collector that samples tails of whole traces costs that, too. Sampling at the start
 * (`createTracer({ sampler })`) goes before it: what is not sampled there never comes here.
 *
 * Spans that start when their trace is decided, such as work that goes on after the response, follow that decision; one with an
 * error is kept all the same. Of the share the weight is written into the records' `tracestate` (`ot=th`), so that a
 * backend counts the traces that were dropped; the others stand for themselves.
 *
 * In `stats()` what waits is `queued`, and what was dropped `givenUp['tail-sampled']`.
 *
 * Throws a `TypeError` for a wrong option; the message shows the value and what to write instead.
 */
export function tailSampling(recorder: Recorder, options: TailSamplingOptions = {}): Reporter {
  return new TailSampling(recorder, options);
}

const maxDecided = 10_000;
const noStats: ReporterStats = Object.freeze({
  accepted: 0,
  queued: 0,
  inFlight: 0,
  spooled: 0,
  delivered: 0,
  handedOff: 0,
  recovered: 0,
  givenUp: Object.freeze({}),
  heldBytes: 0,
});

class TailSampling implements Reporter {
  readonly #recorder: Recorder;
  readonly #slowNanos: number;
  readonly #probability: number;
  readonly #threshold: SamplingThreshold;
  readonly #keep: ((record: SpanRecord) => boolean) | undefined;
  readonly #maxSpans: number;
  readonly #maxHoldMillis: number;
  readonly #timers: Timers;
  readonly #log: MinuteLog;
  readonly #traces: HeldTraces = new HeldTraces(maxDecided);
  #dropped = 0;
  /** Handed to a recorder that keeps no accounts. */
  #handedOff = 0;
  #late = 0;
  /** Only where the recorder takes such reports. */
  readonly unfinished?: (record: SpanRecord) => void;
  #timer: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(recorder: Recorder, options: TailSamplingOptions) {
    if (typeof recorder?.finish !== 'function')
      throw invalidOption('tailSampling', recorder, 'must be given a recorder, such as otlpReporter()');
    knownOptions('tailSampling', options, known, '{ slowMillis: 500 }');
    this.#recorder = recorder;
    if (typeof recorder.unfinished === 'function') this.unfinished = (record) => this.#reportUnfinished(record);
    this.#slowNanos = checkSlowMillis(options.slowMillis ?? 1000) * 1e6;
    this.#probability = checkProbability('tailSampling: probability', options.probability ?? 0.1);
    this.#threshold = new SamplingThreshold(this.#probability);
    this.#keep = checkKeep(options.keep);
    this.#maxSpans = wholeNumber('tailSampling: maxSpans', options.maxSpans, 10_000, 1);
    const { maxHoldMillis } = options;
    this.#maxHoldMillis = wholeNumber('tailSampling: maxHoldMillis', maxHoldMillis, 30_000, 1, longestTimerMillis);
    this.#timers = options.timers ?? systemTimers;
    this.#log = new MinuteLog(options.logger ?? consoleLogger, () => this.#timers.monotonicMillis());
  }

  start(span: SpanRecord): void {
    this.#recorder.start?.(span);
    const key = traceKey(span);
    if (this.#traces.decision(key) === undefined) this.#hold(key).open += 1;
  }

  finish(record: SpanRecord): void {
    if (this.#closing !== undefined) {
      this.#late += 1;
      return;
    }
    const key = traceKey(record);
    const decision = this.#traces.decision(key);
    if (decision !== undefined) return this.#follow(key, decision, record);
    const trace = this.#hold(key);
    this.#traces.hold(trace, record);
    trace.open -= 1;
    trace.wanted ||= this.#isWanted(record);
    if (trace.open <= 0) this.#decide(trace);
    else if (this.#traces.spans > this.#maxSpans) this.#decideOldest();
  }

  /** Somebody waits for this span: its trace is kept. */
  #reportUnfinished(record: SpanRecord): void {
    if (this.#closing !== undefined) {
      this.#late += 1;
      return;
    }
    const key = traceKey(record);
    const trace = this.#traces.find(key);
    if (trace !== undefined) trace.wanted = true;
    else this.#traces.remember(key, true);
    if (!isReporter(this.#recorder)) this.#handedOff += 1;
    this.#recorder.unfinished?.(record);
  }

  discarded(span: SpanRecord): void {
    const trace = this.#traces.find(traceKey(span));
    this.#recorder.discarded?.(span);
    if (trace === undefined) return;
    trace.open -= 1;
    if (trace.open <= 0) this.#decide(trace);
  }

  /** Decides all that is held, whether its spans are finished or not, and flushes the recorder. */
  async flush(options: DeadlineOptions = {}): Promise<void> {
    checkDeadline('flush', options);
    this.#decideAll();
    if (isReporter(this.#recorder)) await this.#recorder.flush(options);
  }

  close(options: DeadlineOptions = {}): Promise<void> {
    try {
      checkDeadline('close', options);
    } catch (error) {
      return Promise.reject(error);
    }
    if (this.#closing !== undefined) return this.#closing;
    this.#decideAll();
    this.#timer?.cancel();
    this.#closing = isReporter(this.#recorder) ? this.#recorder.close(options) : Promise.resolve();
    return this.#closing;
  }

  stats(): ReporterStats {
    const inner = isReporter(this.#recorder) ? this.#recorder.stats() : noStats;
    const { spans } = this.#traces;
    return {
      ...inner,
      accepted: inner.accepted + spans + this.#dropped + this.#handedOff + this.#late,
      queued: inner.queued + spans,
      handedOff: inner.handedOff + this.#handedOff,
      givenUp: {
        ...inner.givenUp,
        ...(this.#dropped > 0 && { 'tail-sampled': this.#dropped }),
        ...(this.#late > 0 && { closed: (inner.givenUp['closed'] ?? 0) + this.#late }),
      },
    };
  }

  #hold(key: number): HeldTrace {
    const trace = this.#traces.findOrHold(key, this.#timers.monotonicMillis());
    this.#timer ??= this.#timers.schedule(this.#maxHoldMillis, () => this.#decideOverdue());
    return trace;
  }

  /** A span of a trace that is decided. */
  #follow(key: number, decision: boolean, record: SpanRecord): void {
    const keep = decision || this.#isWanted(record);
    if (keep !== decision) this.#traces.remember(key, keep);
    if (keep) this.#handOn(record);
    else this.#dropped += 1;
  }

  #isWanted(record: SpanRecord): boolean {
    if (record.status === SpanStatus.error || (record.durationNanos ?? 0) >= this.#slowNanos) return true;
    try {
      return this.#keep?.(record) === true;
    } catch (error) {
      this.#log.warn(() => `spanwise: the keep of tailSampling threw, the trace is kept: ${String(error)}`);
      return true;
    }
  }

  #decide(trace: HeldTrace): void {
    const inShare = !trace.wanted && this.#isInShare(trace);
    const keep = trace.wanted || inShare;
    this.#traces.decide(trace, keep);
    if (!keep) {
      this.#dropped += trace.records.length;
      return;
    }
    for (const record of trace.records) this.#handOn(inShare ? this.#weighted(record) : record);
  }

  #isInShare({ records }: HeldTrace): boolean {
    const [record] = records;
    if (record === undefined || this.#probability === 1) return true;
    return this.#threshold.reachedBy({ ...record, tags: undefined });
  }

  /** With the threshold that the trace has reached, where it says more than the one that was written at the start. */
  #weighted(record: SpanRecord): SpanRecord {
    const { text } = this.#threshold;
    const before = otThreshold(record.traceState) ?? '';
    if (this.#probability === 1 || before.padEnd(14, '0') >= text.padEnd(14, '0')) return record;
    const copy = copyOf(record);
    copy.traceState = withOtThreshold(record.traceState, text);
    return copy;
  }

  #handOn(record: SpanRecord): void {
    if (!isReporter(this.#recorder)) this.#handedOff += 1;
    this.#recorder.finish(record);
  }

  #decideOldest(): void {
    const oldest = this.#traces.oldest();
    if (oldest !== undefined) this.#decide(oldest);
  }

  #decideAll(): void {
    for (let trace = this.#traces.oldest(); trace !== undefined; trace = this.#traces.oldest()) this.#decide(trace);
  }

  #decideOverdue(): void {
    this.#timer = undefined;
    const until = this.#timers.monotonicMillis() - this.#maxHoldMillis;
    for (let trace = this.#traces.oldest(); trace !== undefined; trace = this.#traces.oldest()) {
      if (trace.sinceMillis > until) {
        this.#timer = this.#timers.schedule(trace.sinceMillis - until, () => this.#decideOverdue());
        return;
      }
      this.#decide(trace);
    }
  }
}

const known: readonly (keyof TailSamplingOptions)[] = [
  'slowMillis',
  'probability',
  'keep',
  'maxSpans',
  'maxHoldMillis',
  'logger',
  'timers',
];

function checkSlowMillis(slowMillis: number): number {
  if (typeof slowMillis === 'number' && slowMillis >= 0) return slowMillis;
  throw invalidOption(
    'tailSampling: slowMillis',
    slowMillis,
    'must be a number of milliseconds of at least 0 (leave it out for 1000)',
  );
}

function checkKeep(keep: TailSamplingOptions['keep']): TailSamplingOptions['keep'] {
  if (keep === undefined || typeof keep === 'function') return keep;
  throw invalidOption('tailSampling: keep', keep, 'must be a function, such as ({ name }) => name === "checkout"');
}
