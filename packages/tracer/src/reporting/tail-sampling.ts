import type { SpanRecord } from '@spanwise/wire';
import { SpanStatus } from '@spanwise/wire';
import { otThreshold, withOtThreshold } from '@spanwise/wire/propagation';

import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import { MinuteLog } from '../internal/minute-log.ts';
import { onRejection } from '../internal/on-rejection.ts';
import { copyOf } from '../internal/record-copy.ts';
import { RecorderGuard } from '../internal/recorder-guard.ts';
import { checkProbability, SamplingThreshold } from '../internal/sampling-threshold.ts';
import { loggerOf, timersOf } from '../internal/check-parts.ts';
import type { Logger } from '../logger.ts';
import { checkDeadline } from './check-deadline.ts';
import { type HeldTrace, HeldTraces, type TraceDecision, traceKey } from './held-traces.ts';
import type { DeadlineOptions, Recorder, Reporter, ReporterStats } from './recorder.ts';
import { isReporter } from './recorder.ts';
import type { Timer, Timers } from './timers.ts';
import { longestTimerMillis } from './timers.ts';

/** Which traces `tailSampling` keeps, and how much it holds. */
export interface TailSamplingOptions {
  /** Traces with a span that took so many milliseconds or more are kept. 1,000 unless given; `Infinity` for none. */
  readonly slowMillis?: number;
  /**
   * The share that is kept of the other traces that come here, from 0 to 1: with a sampler of 0.5 at the start, 0.1 keeps one in
   * twenty. 0.1 unless given.
   */
  readonly probability?: number;
  /**
   * Asked for each finished span whose trace is not kept yet: `true` keeps it, and nothing else does; a promise does not. An
   * exception counts as `true`, for losing traces is worse, and is logged once a minute.
   */
  readonly keep?: (record: SpanRecord) => boolean;
  /**
   * Finished spans held at most, of all traces; beyond it the oldest trace is decided with what is there. As many traces at most
   * are known that have spans open and none finished; beyond it the oldest is decided by the share. 10,000 unless given.
   */
  readonly maxSpans?: number;
  /**
   * A finished span waits so many milliseconds at most for the others of its trace, and a trace of which nothing finishes
   * for the first that does. 30,000 unless given.
   */
  readonly maxHoldMillis?: number;
  /** The console unless given. */
  readonly logger?: Logger;
  /** The process's own unless given; others are for tests. */
  readonly timers?: Timers;
}

/**
 * Keeps whole traces by how they went: those with an error, the slow ones, and a share of the rest. Those that somebody has forced
 * are kept always: by the tag `sampling.priority`, a debug id, or a caller's debug flag (`debug` of a record). It holds the finished
 * spans of a trace until none of its spans in this process is open, and hands them to `recorder`, or drops them.
 *
 * It sees what happens in this process: when another one fails, the parts here are not kept for it. So it saves sending and
 * storing, not recording; a collector that samples tails of whole traces costs that, too. Sampling at the start
 * (`createTracer({ sampler })`) goes before it: what is not sampled there never comes here.
 *
 * Spans that start when their trace is decided, such as work that goes on after the response, follow that decision; one with an
 * error is kept all the same. So do those of a trace that was decided early, by `maxSpans` or `maxHoldMillis`: one that
 * was open so long with nothing finished, or whose span was forgotten, goes by the share. A request that starts when nothing else
 * of its trace is open here begins anew: it is decided by what happens in it, whatever became of the requests of that trace before
 * it. Those that overlap are decided together. After an early decision what overlaps follows it for `maxHoldMillis` more.
 *
 * Of the share the weight is written into the records' `tracestate` (`ot=th`), so that a
 * backend counts the traces that were dropped; the others stand for themselves. Where the sampler at the start gives no
 * weight (`rateLimitingSampler`), the one that is written is too small.
 *
 * In `stats()` what waits is `queued`, and what was dropped `givenUp['tail-sampled']`.
 *
 * Throws a `TypeError` for a wrong option; the message shows the value and what to write instead.
 */
export function tailSampling(recorder: Recorder, options: TailSamplingOptions = {}): Reporter {
  return new TailSampling(recorder, options);
}

const maxDecided = 10_000;
const mostThresholds = 100;
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

/** What `tailSampling` makes; a class of its own for tests. */
export class TailSampling implements Reporter {
  readonly #recorder: Recorder;
  readonly #guard: RecorderGuard;
  readonly #slowNanos: number;
  readonly #probability: number;
  /** What the samplers at the start wrote, which are few, and what a trace has to reach here then. */
  readonly #thresholds = new Map<string, SamplingThreshold>();
  readonly #keep: ((record: SpanRecord) => boolean) | undefined;
  readonly #maxSpans: number;
  readonly #maxHoldMillis: number;
  readonly #timers: Timers;
  readonly #log: MinuteLog;
  readonly #traces: HeldTraces;
  /** Only where the recorder takes such reports. */
  readonly unfinished?: (record: SpanRecord) => void;
  #dropped = 0;
  /** Handed to a recorder that keeps no accounts. */
  #handedOff = 0;
  #late = 0;
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
    this.#keep = checkKeep(options.keep);
    this.#maxSpans = wholeNumber('tailSampling: maxSpans', options.maxSpans, 10_000, 1);
    const { maxHoldMillis } = options;
    this.#maxHoldMillis = wholeNumber('tailSampling: maxHoldMillis', maxHoldMillis, 30_000, 1, longestTimerMillis);
    this.#timers = timersOf('tailSampling: timers', options.timers);
    const nowMillis = (): number => this.#timers.monotonicMillis();
    this.#traces = new HeldTraces({ maxDecided, maxHoldMillis: this.#maxHoldMillis, nowMillis });
    this.#log = new MinuteLog(loggerOf('tailSampling: logger', options.logger), nowMillis);
    this.#guard = new RecorderGuard([recorder], this.#log, undefined);
  }

  start(span: SpanRecord): void {
    if (this.#closing !== undefined) return;
    this.#guard.start(span);
    this.#traces.start(traceKey(span), span);
    while (this.#traces.idle > this.#maxSpans) this.#decide(this.#traces.longestIdle()!);
    if (this.#traces.idle > 0) this.#watch();
  }

  finish(record: SpanRecord): void {
    if (this.#closing !== undefined) {
      this.#late += 1;
      return;
    }
    const key = traceKey(record);
    const decision = this.#traces.decision(key);
    if (decision === undefined) {
      this.#hold(key, record);
      return;
    }
    this.#traces.end(key);
    this.#follow(key, decision, record);
  }

  discarded(span: SpanRecord): void {
    this.#guard.unsampled(span);
    const key = traceKey(span);
    const trace = this.#traces.find(key);
    if (trace === undefined) {
      this.#traces.end(key);
      return;
    }
    trace.open -= 1;
    if (trace.open <= 0) this.#decide(trace);
  }

  /** Decides all that has finished spans, open ones or not, and flushes the recorder. */
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
    if (this.#closing !== undefined) {
      // A process that exits waits for nothing.
      if (options.deadlineMillis === 0) this.#closeRecorder(options).catch(() => {});
      return this.#closing;
    }
    this.#decideAll();
    this.#timer?.cancel();
    this.#closing = this.#closeRecorder(options);
    return this.#closing;
  }

  #closeRecorder(options: DeadlineOptions): Promise<void> {
    return isReporter(this.#recorder) ? this.#recorder.close(options) : Promise.resolve();
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

  /** Traces that are held, and decisions that are remembered: what takes memory besides finished spans. */
  get remembered(): number {
    return this.#traces.size;
  }

  #hold(key: number, record: SpanRecord): void {
    const trace = this.#traces.hold(key, record);
    trace.isWanted ||= this.#isWanted(record);
    if (trace.open <= 0) this.#decide(trace);
    else this.#watch();
    while (this.#traces.spans > this.#maxSpans) this.#decide(this.#traces.longestWaiting()!);
  }

  /** Somebody waits for this span: its trace is kept. */
  #reportUnfinished(record: SpanRecord): void {
    if (this.#closing !== undefined) {
      this.#late += 1;
      return;
    }
    const key = traceKey(record);
    const trace = this.#traces.find(key);
    if (trace !== undefined) trace.isWanted = true;
    else this.#traces.want(key);
    if (!isReporter(this.#recorder)) this.#handedOff += 1;
    this.#guard.unfinished(record);
  }

  /** A span of a trace that is decided. */
  #follow(key: number, decision: TraceDecision, record: SpanRecord): void {
    const isWanted = decision === 'wanted' || this.#isWanted(record);
    if (isWanted && decision === 'dropped') this.#traces.want(key);
    this.#carryOut(isWanted ? 'wanted' : decision, record);
  }

  #isWanted(record: SpanRecord): boolean {
    if (record.debug || record.status === SpanStatus.error || (record.durationNanos ?? 0) >= this.#slowNanos)
      return true;
    try {
      const wanted: unknown = this.#keep?.(record);
      onRejection(wanted, () => {});
      return wanted === true;
    } catch (error) {
      this.#log.warn(() => `spanwise: the keep of tailSampling threw, the trace is kept: ${String(error)}`);
      return true;
    }
  }

  #decide(trace: HeldTrace): void {
    const share = this.#thresholdFor(trace.first).reachedBy(trace.first) ? 'share' : 'dropped';
    const decision = trace.isWanted ? 'wanted' : share;
    this.#traces.decide(trace, decision);
    for (const record of trace.records) this.#carryOut(decision, record);
  }

  #carryOut(decision: TraceDecision, record: SpanRecord): void {
    if (decision === 'dropped') {
      this.#dropped += 1;
      return;
    }
    if (!isReporter(this.#recorder)) this.#handedOff += 1;
    this.#guard.finish(decision === 'share' ? this.#weighted(record) : record);
  }

  /** With the threshold that the trace has reached. */
  #weighted(record: SpanRecord): SpanRecord {
    if (this.#probability === 1) return record;
    const copy = copyOf(record);
    copy.traceState = withOtThreshold(record.traceState, this.#thresholdFor(record).text);
    return copy;
  }

  /** Thresholds nest: the share of a share is reached by what has a higher one. */
  #thresholdFor({ traceState }: Pick<SpanRecord, 'traceState'>): SamplingThreshold {
    const before = otThreshold(traceState) ?? '0';
    let threshold = this.#thresholds.get(before);
    if (threshold === undefined) {
      if (this.#thresholds.size >= mostThresholds) this.#thresholds.clear();
      threshold = SamplingThreshold.of(this.#probability * SamplingThreshold.fromText(before).probability);
      this.#thresholds.set(before, threshold);
    }
    return threshold;
  }

  #decideAll(): void {
    for (let trace = this.#traces.longestWaiting(); trace !== undefined; trace = this.#traces.longestWaiting())
      this.#decide(trace);
  }

  #watch(): void {
    this.#timer ??= this.#timers.schedule(this.#maxHoldMillis, () => this.#decideOverdue());
  }

  #decideOverdue(): void {
    this.#timer = undefined;
    const until = this.#timers.monotonicMillis() - this.#maxHoldMillis;
    for (let trace = this.#traces.longestHeld(); trace !== undefined; trace = this.#traces.longestHeld()) {
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
