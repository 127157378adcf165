import type { ScopeManager, SpanContext, SpanOptions } from '@spanwise/opentracing';
import {
  InvalidCarrierException,
  isNoopSpan,
  type Span,
  SpanContextCorruptedException,
  Tracer,
} from '@spanwise/opentracing';
import type { Attributes, AttributeValue, SpanLink } from '@spanwise/wire';
import { noAttributes, SpanFlags } from '@spanwise/wire';

import { cut, textOf, toAttributeValue } from './attribute-value.ts';
import type { FormatRegistry } from './internal/format-registry.ts';
import { fittingBaggage } from './internal/baggage.ts';
import { givenMicros } from './internal/given-time.ts';
import { IdGuard } from './internal/id-guard.ts';
import { LateCallReport } from './internal/late-call-report.ts';
import { LongRunningWatch } from './internal/long-running-watch.ts';
import { MinuteLog } from './internal/minute-log.ts';
import { onRejection } from './internal/on-rejection.ts';
import { ProbeGuard } from './internal/probe-guard.ts';
import { RecorderGuard } from './internal/recorder-guard.ts';
import { Redaction } from './internal/redaction.ts';
import { identityFrom, resolveReferences } from './internal/references.ts';
import { SamplerGuard } from './internal/sampler-guard.ts';
import { samplingPriority } from './internal/sampling-priority.ts';
import { emptyDraft, type SpanDraft } from './internal/span-draft.ts';
import type { Anchor } from './internal/timeline.ts';
import { Timeline } from './internal/timeline.ts';
import { noCounts, type TracerCore } from './internal/tracer-core.ts';
import type { ValueLimit } from './internal/value-limit.ts';
import { noBaggage } from './propagation/extraction-target.ts';
import type { FormatPropagator } from './propagation/format-propagator.ts';
import { hasIds, hasTraceId } from './propagation/propagator.ts';
import { checkDeadline } from './reporting/check-deadline.ts';
import { leastNameLength } from './limits.ts';
import { withinDeadline } from './internal/within-deadline.ts';
import type { DeadlineOptions, Reporter, ReporterStats } from './reporting/recorder.ts';
import { isReporter, noReporterStats, reporterStatsOf } from './reporting/recorder.ts';
import type { SpanwiseSpanContext } from './span-context.ts';
import { contextOf } from './span-context.ts';
import { SpanwiseSpan } from './span.ts';
import type { TraceIdentity } from './trace-identity.ts';
import { identityOf } from './trace-identity.ts';
import type { CheckedTracerOptions } from './tracer-options.ts';
import type { TracerStats } from './tracer-stats.ts';
import { UnsampledSpan } from './unsampled-span.ts';
import { version } from './version.ts';

const noLinks: readonly SpanLink[] = Object.freeze([]);
const noOptions: SpanOptions = Object.freeze({});
/** What is started where tracing is switched off (`suppressTracing`). */
const untraced: SpanOptions = Object.freeze({ tags: Object.freeze({ 'sampling.priority': 0 }) });
// Constants of this module: the object's fields are looked up at every use.
const { sampled: sampledFlag, randomTraceId, hasIsRemote, isRemote } = SpanFlags;
const idFlags = sampledFlag | randomTraceId;

/**
 * The reference tracer. Made by `createTracer`.
 *
 * `startSpan` fills a draft with the span's ids, asks for the sampling decision, and only then makes a span: one that
 * is its own record, or one that only carries the context.
 */
export class SpanwiseTracer extends Tracer {
  readonly #core: TracerCore;
  readonly #sampler: SamplerGuard;
  readonly #ids: IdGuard;
  readonly #formats: FormatRegistry;
  readonly #strictCarriers: boolean;
  readonly #reporters: readonly Reporter[];
  readonly #log: MinuteLog;
  readonly #draft: SpanDraft = emptyDraft();
  #closing: Promise<void> | undefined;

  /** Use `createTracer`, which checks and completes the options. @internal */
  constructor(options: CheckedTracerOptions, formats: FormatRegistry) {
    super(options.scopeManager);
    const timeline = new Timeline(options.clock);
    const minuteLog = (): MinuteLog => new MinuteLog(options.logger, () => timeline.nowMillis());
    this.#log = minuteLog();
    // A log of its own: what a broken recorder says must not hide that every span is held back.
    const values: ValueLimit = { maxLength: options.limits.maxValueLength, cuts: 0 };
    const redaction = options.redact && new Redaction(options.redact, options.limits, values, minuteLog());
    this.#sampler = new SamplerGuard(options.sampler, this.#log);
    this.#core = {
      tracer: this,
      limits: options.limits,
      values,
      names: { maxLength: Math.max(options.limits.maxValueLength, leastNameLength), cuts: 0 },
      timeline,
      recorders: new RecorderGuard(options.recorders, this.#log, redaction),
      probe: options.runtimeProbe && new ProbeGuard(options.runtimeProbe, this.#log),
      undecided: this.#sampler.undecided,
      longRunning:
        options.longRunningSpans &&
        new LongRunningWatch(options.longRunningSpans, {
          report: (span) => this.reportUnfinished(span),
          detached: (run) => this.scopeManager.runDetached(run),
        }),
      resource: Object.freeze({
        serviceName: options.serviceName,
        attributes: processTags(options.tags),
        droppedAttributesCount: 0,
        schemaUrl: '',
      }),
      scope: Object.freeze({
        name: '@spanwise/tracer',
        version,
        attributes: noAttributes,
        droppedAttributesCount: 0,
        schemaUrl: '',
      }),
      counts: noCounts(),
      recordsUnsampled: options.recordsUnsampled,
      lateCallReport: options.debug ? new LateCallReport(options.logger, () => timeline.nowMillis()) : undefined,
    };
    this.#ids = new IdGuard(options.ids, options.traceIdBits, this.#log);
    this.#formats = formats;
    this.#strictCarriers = options.strictCarriers;
    this.#reporters = options.recorders.filter(isReporter);
  }

  /**
   * Starts a span; its parent is `childOf`, else the first reference that makes one, else what is active here.
   * Options that throw when they are read are counted, and the span starts without any.
   */
  override startSpan(name = '', given?: SpanOptions): SpanwiseSpan | UnsampledSpan {
    try {
      // Callers without types pass null.
      return this.#startWith(name, given ?? noOptions);
    } catch {
      this.#core.counts.argumentErrors += 1;
      return this.#startHere(name, noOptions, noLinks, 0);
    }
  }

  #startWith(name: string, options: SpanOptions): SpanwiseSpan | UnsampledSpan {
    const { childOf, references } = options;
    if (references && (references.length > 0 || !Array.isArray(references))) {
      const { parent, links, droppedLinksCount, errors } = resolveReferences(options, this.#core.limits.maxLinks);
      this.#core.counts.droppedLinks += droppedLinksCount;
      this.#core.counts.argumentErrors += errors;
      if (parent !== undefined) return this.#start(name, options, parent, links, droppedLinksCount);
      // References to nothing, or of types that make no parent, say nothing of the parent.
      return this.#startHere(name, options, links, droppedLinksCount);
    }
    const parent = childOf ? this.#identityOf(childOf) : undefined;
    if (parent !== undefined) return this.#start(name, options, parent, noLinks, 0);
    return this.#startHere(name, options, noLinks, 0);
  }

  /** Starts a child of what is active here. */
  #startHere(
    name: string,
    options: SpanOptions,
    links: readonly SpanLink[],
    droppedLinksCount: number,
  ): SpanwiseSpan | UnsampledSpan {
    const parent = options.ignoreActiveSpan === true ? null : this.#activeParent();
    if (parent !== null && isNoopSpan(parent)) return this.#start(name, untraced, undefined, noLinks, 0);
    return this.#start(name, options, this.#identityOf(parent), links, droppedLinksCount);
  }

  /**
   * Writes the context into a plain object, a `Map` or anything with `set(name, value)`; for `FORMAT_BINARY` into the
   * field `buffer` of an object. A carrier that cannot be written is counted and left.
   */
  override inject(spanContext: SpanContext | Span, format: string, carrier: unknown): void {
    const propagator = this.#formats.of(format);
    const identity = this.#identityOf(spanContext);
    if (identity === undefined) return;
    this.#core.undecided?.settle(identity);
    try {
      this.#core.counts.droppedBaggageItems += propagator.inject(identity, carrier as object);
    } catch {
      this.#refused(format);
    }
  }

  /**
   * Reads a context from a plain object, a `Map` or anything with `get(name)`; names in any case, values as strings,
   * arrays or bytes; for `FORMAT_BINARY` from the bytes in the field `buffer` of an object. `null` when there is none,
   * or none that can be read, which `stats()` counts.
   */
  override extract(format: string, carrier: unknown): SpanwiseSpanContext | null {
    const propagator = this.#formats.of(format);
    let isFound: boolean;
    try {
      isFound = propagator.extract(carrier as object);
    } catch {
      this.#refused(format);
      return null;
    }
    if (propagator.malformed > 0) this.#corrupted(format, propagator);
    const { target } = propagator;
    const { limits, counts } = this.#core;
    counts.droppedBaggageItems += target.droppedItems;
    if (!isFound) return null;
    if (target.baggageItems !== noBaggage) {
      // A decision or a debug id alone is a context, too.
      const isAlone = !hasTraceId(target) && !target.samplingKnown && !target.debugId;
      if (this.#strictCarriers && isAlone)
        this.#corrupted(format, { malformed: 1, malformedCount: 'malformedHeaders' });
      target.baggageItems = fittingBaggage(target.baggageItems, limits, counts);
    }
    return contextOf(target, true);
  }

  /**
   * Hands the recorders a copy of an open span's record as it is now, marked `unfinished`, with the time since its start
   * for a duration: for work that takes so long that somebody wants to see it before it ends, or may not live to see
   * its end. The span stays open, and is reported again, whole, when it finishes. `flush` sends the copy at once.
   *
   * Nothing calls this by itself unless `createTracer({ longRunningSpans })` says so, because a receiver that does not make
   * one span of the two records shows both. Spanwise does, and Zipkin: of two unfinished ones Spanwise keeps the later, and the finished one replaces them. Set the tag
   * `span.kind` before, since records of different kinds are different spans there.
   *
   * Never throws.
   *
   * @returns whether recorders were given it. Not when the span is finished, not sampled or not of this tracer, when no
   *   recorder takes open spans, when `redact` holds it back, and after `close`
   */
  reportUnfinished(span: Span): boolean {
    const core = this.#core;
    if (!core.recorders.takesUnfinished) return false;
    const record = SpanwiseSpan.unfinishedRecord(span, core);
    return record !== undefined && core.recorders.unfinished(record);
  }

  /** The counts of this moment; see {@link TracerStats}. */
  stats(): TracerStats {
    const { counts, recorders } = this.#core;
    const reporters = this.#reporters.map((reporter) => this.#statsOf(reporter));
    return {
      ...counts,
      cutValues: this.#core.values.cuts + this.#core.names.cuts,
      samplerErrors: this.#sampler.errors,
      open: counts.started - counts.unsampled - counts.finished,
      discarded: recorders.discarded,
      unfinishedReports: recorders.unfinishedReports,
      unwatchedSpans: this.#core.longRunning?.dropped ?? 0,
      redactionDrops: recorders.redaction?.drops ?? 0,
      redactionErrors: recorders.redaction?.errors ?? 0,
      ignoredCloses: ignoredClosesOf(this.scopeManager),
      idErrors: this.#ids.errors,
      recorderErrors: recorders.errors,
      probeErrors: this.#core.probe?.errors ?? 0,
      reporters,
    };
  }

  /**
   * Settles when every span finished before the call is delivered or given up, or the deadline passes.
   * Rejects only for a wrong deadline.
   */
  async flush(options: DeadlineOptions = {}): Promise<void> {
    const deadlineMillis = checkDeadline('flush', options);
    await this.#each('flush', deadlineMillis, (reporter) => reporter.flush(options));
  }

  /**
   * Flushes and lets go of timers and connections, the sampler's too. Spans that finish afterwards are discarded; started ones still
   * propagate. A second call gives the first one's promise, and with a deadline of 0 has reporters give up at once. Rejects only for
   * a wrong deadline.
   *
   * @param options or a function that is called when it is done, for code without promises
   */
  override async close(options: DeadlineOptions | (() => void) = {}): Promise<void> {
    const deadline = typeof options === 'function' ? {} : options;
    const deadlineMillis = checkDeadline('close', deadline);
    this.#core.recorders.close();
    if (this.#closing === undefined) {
      this.#core.probe?.close();
      this.#core.longRunning?.close();
      this.#sampler.close();
      this.#closing = this.#each('close', deadlineMillis, (reporter) => reporter.close(deadline));
    } else if (deadlineMillis === 0) {
      // Nobody can wait for the first one any more.
      void this.#each('close', 0, (reporter) => reporter.close({ deadlineMillis: 0 }));
    }
    await this.#closing;
    if (typeof options === 'function') options();
  }

  /** Closes the tracer when a block of `await using` is left. */
  override async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A carrier was none, or threw. */
  #refused(format: string): void {
    this.#core.counts.carrierErrors += 1;
    if (this.#strictCarriers)
      throw new InvalidCarrierException(`this is no carrier for the format ${JSON.stringify(format)}`);
  }

  /** A carrier held what cannot be read, beside a context or alone. */
  #corrupted(
    format: string,
    { malformed, malformedCount }: Pick<FormatPropagator, 'malformed' | 'malformedCount'>,
  ): void {
    this.#core.counts[malformedCount] += malformed;
    if (this.#strictCarriers)
      throw new SpanContextCorruptedException(
        `the carrier holds no whole context of the format ${JSON.stringify(format)}`,
      );
  }

  /** Guarded, because a scope manager may be anybody's. */
  #activeParent(): Span | SpanContext | null {
    try {
      return this.scopeManager.activeParent;
    } catch {
      this.#core.counts.argumentErrors += 1;
      return null;
    }
  }

  /** Guarded, because a span of another library has a `context` of its own. */
  #identityOf(candidate: unknown): TraceIdentity | undefined {
    try {
      return identityOf(candidate) ?? identityFrom(candidate);
    } catch {
      this.#core.counts.argumentErrors += 1;
      return undefined;
    }
  }

  /** A reporter may be anybody's: one that throws, or breaks its promise to settle in time, holds nothing up. */
  async #each(method: string, deadlineMillis: number, call: (reporter: Reporter) => Promise<void>): Promise<void> {
    const calls = this.#reporters.map((reporter) => withinDeadline(async () => call(reporter), deadlineMillis));
    const results = await Promise.allSettled(calls);
    for (const result of results) {
      if (result.status === 'fulfilled') continue;
      this.#core.recorders.errors += 1;
      this.#log.warn(() => `spanwise: a reporter's ${method} failed: ${textOf(result.reason)}`);
    }
  }

  #statsOf(reporter: Reporter): ReporterStats {
    try {
      const stats: unknown = reporter.stats();
      onRejection(stats, () => {});
      if (typeof stats === 'object' && stats !== null && !('then' in stats)) return reporterStatsOf(stats);
    } catch {
      // Counted as well.
    }
    this.#core.recorders.errors += 1;
    return noReporterStats;
  }

  #start(
    name: string,
    options: SpanOptions,
    parent: TraceIdentity | undefined,
    links: readonly SpanLink[],
    droppedLinksCount: number,
  ): SpanwiseSpan | UnsampledSpan {
    const core = this.#core;
    const { counts } = core;
    if (parent !== undefined) core.undecided?.settle(parent);
    const { tags, startTime } = options;
    // Before the draft is filled: a getter among the tags may itself start a span.
    const priority = tags ? samplingPriority(tags, counts) : undefined;
    const startMicros = givenMicros(startTime, counts);
    // A sampler that itself starts a span must not find its own one changed.
    const draft = this.#sampler.isAsking ? emptyDraft() : this.#draft;
    draft.name = cut(textOf(name), core.names);
    this.#identify(draft, parent);
    const samplingTags = this.#sampler.decide(draft, parent, tags, priority);
    if ((draft.flags & sampledFlag) === 0 && !core.recordsUnsampled) {
      const span = new UnsampledSpan(core, draft);
      counts.started += 1;
      counts.unsampled += 1;
      return span;
    }
    const now = core.timeline.nowMillis();
    const anchor = startMicros === undefined ? this.#anchorFor(parent, now) : core.timeline.anchorForGiven(startMicros);
    const span = new SpanwiseSpan(core, draft, links, droppedLinksCount, anchor, now, startMicros);
    // Only here, where nothing can throw any more: else the counts would not add up.
    counts.started += 1;
    if (tags) span.begin(tags);
    if (draft.debug && parent?.debugId) span.setTag('jaeger-debug-id', parent.debugId);
    for (let index = 0; index < samplingTags.length; index += 2)
      span.setTag(samplingTags[index] as string, samplingTags[index + 1]);
    if (draft.isUndecided) this.#sampler.undecided?.add(span, { parent, tags });
    if (core.probe !== undefined && (parent === undefined || parent.isRemote)) span.watch(core.probe);
    if (core.recorders.wantsStart) core.recorders.start(span);
    core.longRunning?.started(span);
    return span;
  }

  #anchorFor(parent: TraceIdentity | undefined, nowMillis: number): Anchor {
    const { timeline } = this.#core;
    return parent instanceof SpanwiseSpan
      ? timeline.anchorForChild(parent.anchor, nowMillis)
      : timeline.anchorForRoot(nowMillis);
  }

  /** Everything about the span that does not depend on the decision. */
  #identify(draft: SpanDraft, parent: TraceIdentity | undefined): void {
    if (parent !== undefined && hasTraceId(parent)) {
      draft.traceId0 = parent.traceId0;
      draft.traceId1 = parent.traceId1;
      draft.traceId2 = parent.traceId2;
      draft.traceId3 = parent.traceId3;
      // Zero where a load balancer has named the trace and no span of it (X-Ray).
      draft.parentId0 = parent.spanId0;
      draft.parentId1 = parent.spanId1;
      draft.flags = (parent.flags & idFlags) | hasIsRemote | (parent.isRemote && hasIds(parent) ? isRemote : 0);
      this.#ids.drawSpanId(draft);
    } else {
      this.#ids.drawBoth(draft);
      draft.parentId0 = 0;
      draft.parentId1 = 0;
      draft.flags = randomTraceId | hasIsRemote | (parent === undefined ? 0 : parent.flags & sampledFlag);
    }
    draft.debug = parent !== undefined && parent.debug;
    draft.isUndecided = false;
    draft.traceState = parent === undefined ? '' : parent.traceState;
    draft.baggageItems = parent === undefined ? noBaggage : parent.baggageItems;
  }
}

/** Not every scope manager counts them. */
function ignoredClosesOf(manager: ScopeManager): number {
  const { ignoredCloses } = manager as { readonly ignoredCloses?: unknown };
  return typeof ignoredCloses === 'number' ? ignoredCloses : 0;
}

/** No limit holds for them, as in OpenTelemetry's specification ("Attribute Limits"), and the service's name is not among them. */
function processTags(tags: Readonly<Record<string, unknown>>): Attributes {
  const attributes: AttributeValue[] = [];
  const unlimited: ValueLimit = { maxLength: Number.POSITIVE_INFINITY, cuts: 0 };
  for (const [key, tag] of Object.entries(tags)) {
    const value = key === 'service.name' ? undefined : toAttributeValue(tag, unlimited);
    if (value !== undefined) attributes.push(key, value);
  }
  return Object.freeze(attributes);
}
