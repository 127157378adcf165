import type { KeyValues, Tracer } from '@spanwise/opentracing';
import { Span } from '@spanwise/opentracing';
import type {
  Attributes,
  AttributeValue,
  Endpoint,
  InstrumentationScope,
  Resource,
  SpanEvent,
  SpanLink,
  SpanRecord,
} from '@spanwise/wire';
import { peerEndpoint, SpanFlags, SpanKind, SpanStatus } from '@spanwise/wire';

import { cut, textOf, toAttributeValue } from './attribute-value.ts';
import { baggageItem, withBaggageItem } from './internal/baggage.ts';
import { givenMicros } from './internal/given-time.ts';
import { copyOf } from './internal/record-copy.ts';
import type { ProbeGuard } from './internal/probe-guard.ts';
import { finiteNumber, forceDecision } from './internal/sampling-priority.ts';
import type { SpanDraft } from './internal/span-draft.ts';
import type { Anchor } from './internal/timeline.ts';
import { wallClockErrorNanos } from './internal/timeline.ts';
import type { TracerCore } from './internal/tracer-core.ts';
import { logEvent } from './log-event.ts';
import type { Baggage } from './propagation/propagator.ts';
import { SpanwiseSpanContext } from './span-context.ts';
import { applyStandardTag } from './standard-tags.ts';
import type { TraceIdentity } from './trace-identity.ts';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const noEvents: readonly SpanEvent[] = Object.freeze([]);

const { sampled: sampledFlag } = SpanFlags;

const letterE = 'e'.charCodeAt(0);
const letterP = 'p'.charCodeAt(0);
const letterS = 's'.charCodeAt(0);

/**
 * A span that is recorded. It is its own `SpanRecord`: `finish` seals it and hands it to the recorders, without a copy.
 * Made by `tracer.startSpan` only.
 *
 * Calls after `finish` change nothing and are counted in `tracer.stats().lateCalls`; `context()` stays allowed. Nothing
 * throws, whatever it is given; a time before 1970, beyond 2^53 µs or that is no number means now, and is counted. The
 * tag `sampling.priority` set after the start decides for what comes afterwards: later children, later injects, and
 * whether the span itself is handed over when it finishes. The parent is copied from, not referred to.
 */
export class SpanwiseSpan extends Span implements SpanRecord, TraceIdentity {
  // `declare`, and one assignment each in the constructor: a field that is first undefined and then an integer has no
  // integer field in V8's object layout.
  /** The first 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  declare readonly traceId0: number;
  /** The next 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  declare readonly traceId1: number;
  /** The next 32 bits of the trace id, signed. */
  declare readonly traceId2: number;
  /** The last 32 bits of the trace id, signed. */
  declare readonly traceId3: number;
  /** The first 32 bits of the span id, signed. */
  declare readonly spanId0: number;
  /** The last 32 bits of the span id, signed. */
  declare readonly spanId1: number;
  declare readonly parentId0: number;
  /** The last 32 bits of the parent's span id, signed; 0 for a root. */
  declare readonly parentId1: number;
  /** The operation name of the moment. */
  declare readonly name: string;
  /** What the tag `span.kind` says, as a number of {@link SpanKind}. */
  declare readonly kind: SpanKind;
  declare readonly startMicros: number;
  declare readonly startNanos: number;
  declare readonly durationNanos: number | undefined;
  /** Tags as they will be sent, keys and values in turn, within the limits. */
  declare readonly attributes: Attributes;
  /** Tags that did not fit the limits. */
  declare readonly droppedAttributesCount: number;
  /** Logs in the order of the calls, within the limits. */
  declare readonly events: readonly SpanEvent[];
  /** Logs that did not fit the limits. */
  declare readonly droppedEventsCount: number;
  /** References beyond the parent, within the limits. */
  declare readonly links: readonly SpanLink[];
  /** References that did not fit the limits. */
  declare readonly droppedLinksCount: number;
  /** `SpanStatus.error` while the tag `error` is true, else unset. */
  declare readonly status: SpanStatus;
  /** What the tag `error` says beyond true and false; empty without. */
  declare readonly statusMessage: string;
  declare readonly traceState: string;
  declare readonly flags: number;
  declare readonly debug: boolean;
  declare readonly shared: boolean;
  declare readonly unfinished: boolean;
  /** The process; one object for all spans of the tracer. */
  declare readonly resource: Resource;
  /** The library that recorded it: this one. */
  declare readonly scope: InstrumentationScope;
  declare readonly localEndpoint: Endpoint | undefined;
  declare readonly remoteEndpoint: Endpoint | undefined;
  readonly #core: TracerCore;
  readonly #anchor: Anchor;
  #baggage: Baggage;
  #context: SpanwiseSpanContext | undefined;
  #hasPeer: boolean;
  /** What the runtime probe noted at the start of a local root. */
  #begun: unknown;

  /** `startMicros` whole and since the epoch, or undefined for `nowMillis`, which is monotonic. @internal */
  constructor(
    core: TracerCore,
    draft: SpanDraft,
    links: readonly SpanLink[],
    droppedLinksCount: number,
    anchor: Anchor,
    nowMillis: number,
    startMicros: number | undefined,
  ) {
    super();
    this.traceId0 = draft.traceId0;
    this.traceId1 = draft.traceId1;
    this.traceId2 = draft.traceId2;
    this.traceId3 = draft.traceId3;
    this.spanId0 = draft.spanId0;
    this.spanId1 = draft.spanId1;
    this.parentId0 = draft.parentId0;
    this.parentId1 = draft.parentId1;
    this.name = draft.name;
    this.kind = SpanKind.unspecified;
    if (startMicros === undefined) {
      const sinceAnchorNanos = Math.round((nowMillis - anchor.monotonicMillis) * 1e6);
      // A half changes no quotient here and is no small integer: otherwise V8 compiles this for small integers, throws
      // all of it away when the anchor is 2^31 ns old, and boxes `startNanos` from then on. The same goes for `| 0`.
      this.startMicros = anchor.epochMicros + Math.floor((sinceAnchorNanos + 0.5) / 1000);
      this.startNanos = (sinceAnchorNanos - (this.startMicros - anchor.epochMicros) * 1000) | 0;
    } else {
      this.startMicros = startMicros;
      this.startNanos = 0;
    }
    this.durationNanos = undefined;
    this.attributes = [];
    this.droppedAttributesCount = 0;
    this.events = noEvents;
    this.droppedEventsCount = 0;
    this.links = links;
    this.droppedLinksCount = droppedLinksCount;
    this.status = SpanStatus.unset;
    this.statusMessage = '';
    this.traceState = draft.traceState;
    this.flags = draft.flags;
    this.debug = draft.debug;
    this.shared = false;
    this.unfinished = false;
    this.resource = core.resource;
    this.scope = core.scope;
    this.localEndpoint = undefined;
    this.remoteEndpoint = undefined;
    this.#core = core;
    this.#anchor = anchor;
    this.#baggage = draft.baggageItems;
    this.#context = undefined;
    this.#hasPeer = false;
    this.#begun = undefined;
  }

  /** A span that is recorded has its decision. */
  get samplingKnown(): boolean {
    return true;
  }

  get isRemote(): boolean {
    return false;
  }

  /** All items, own and inherited; `{}` when there are none. */
  get baggageItems(): Baggage {
    return this.#baggage;
  }

  /** How this span's clock readings relate to wall time; its children use the same. @internal */
  get anchor(): Anchor {
    return this.#anchor;
  }

  override context(): SpanwiseSpanContext {
    this.#core.undecided?.settle(this);
    this.#context ??= new SpanwiseSpanContext(this, false);
    return this.#context;
  }

  override tracer(): Tracer {
    return this.#core.tracer;
  }

  /** The runtime's doings are noted until this span finishes. @internal */
  watch(probe: ProbeGuard): void {
    this.#begun = probe.begin();
  }

  /** What the sampler said that was asked late; nothing has seen the span's context by then. @internal */
  decide(flags: number, traceState: string, samplingTags: Attributes): void {
    (this as Writable<this>).flags = flags;
    (this as Writable<this>).traceState = traceState;
    this.#context = undefined;
    for (let index = 0; index < samplingTags.length; index += 2)
      SpanwiseSpan.#tag(this, samplingTags[index] as string, samplingTags[index + 1]);
  }

  // Methods that are private and static: other private ones are one more field of every span, and 10 ns of 530 for its life.

  static #noteRuntime(span: SpanwiseSpan, noted: boolean): void {
    const begun = span.#begun;
    span.#begun = undefined;
    span.#core.probe?.end(begun, noted ? span : undefined);
  }

  override setOperationName(name: string): this {
    if (this.durationNanos !== undefined) return SpanwiseSpan.#late(this);
    (this as Writable<this>).name = cut(textOf(name), this.#core.names);
    return this;
  }

  override setBaggageItem(key: string, value: string): this {
    if (this.durationNanos !== undefined) return SpanwiseSpan.#late(this);
    const baggage = withBaggageItem(this.#baggage, textOf(key), textOf(value), this.#core.limits);
    if (baggage === undefined) {
      this.#core.counts.droppedBaggageItems += 1;
      return this;
    }
    this.#baggage = baggage;
    // The context made before stays as it was: contexts are immutable.
    this.#context = undefined;
    return this;
  }

  override getBaggageItem(key: string): string | undefined {
    return baggageItem(this.#baggage, key);
  }

  override setTag(key: string, value: unknown): this {
    if (this.durationNanos !== undefined) return SpanwiseSpan.#late(this);
    SpanwiseSpan.#tag(this, typeof key === 'string' ? key : textOf(key), value);
    return this;
  }

  override addTags(keyValueMap: KeyValues): this {
    if (this.durationNanos !== undefined) return SpanwiseSpan.#late(this);
    try {
      for (const key in keyValueMap) SpanwiseSpan.#tag(this, key, keyValueMap[key]);
    } catch {
      // A getter of the application's object.
      this.#core.counts.argumentErrors += 1;
    }
    return this;
  }

  /** The first tags of a span: an object's keys differ from each other, so none is looked for. @internal */
  begin(keyValueMap: KeyValues): void {
    try {
      for (const key in keyValueMap) {
        const value: unknown = keyValueMap[key];
        if (SpanwiseSpan.#isStandard(this, key, value, true)) continue;
        const attribute = toAttributeValue(value, this.#core.values);
        if (attribute !== undefined) SpanwiseSpan.#append(this, key, attribute);
      }
    } catch {
      this.#core.counts.argumentErrors += 1;
    }
  }

  override log(keyValuePairs: KeyValues, timestamp?: number): this {
    if (this.durationNanos !== undefined) return SpanwiseSpan.#late(this);
    const { limits, values, names, timeline, counts } = this.#core;
    if (this.events.length >= limits.maxLogs) {
      (this as Writable<this>).droppedEventsCount += 1;
      counts.droppedLogs += 1;
      return this;
    }
    let timeMicros = givenMicros(timestamp, counts);
    let timeNanos = 0;
    if (timeMicros === undefined) {
      const nanos = this.startNanos + SpanwiseSpan.#nanosSinceStart(this, timeline.nowMillis());
      const micros = Math.floor(nanos / 1000);
      timeMicros = this.startMicros + micros;
      timeNanos = (nanos - micros * 1000) | 0;
    }
    try {
      const event = logEvent(keyValuePairs, timeMicros, timeNanos, limits, values, names);
      counts.droppedLogFields += event.droppedAttributesCount;
      if (this.events === noEvents) (this as Writable<this>).events = [event];
      else (this.events as SpanEvent[]).push(event);
    } catch {
      counts.argumentErrors += 1;
    }
    return this;
  }

  override logEvent(eventName: string, payload: unknown): void {
    this.log({ event: eventName, payload });
  }

  override finish(finishTime?: number): void {
    if (this.durationNanos !== undefined) return void SpanwiseSpan.#late(this);
    const core = this.#core;
    const finishMicros = givenMicros(finishTime, core.counts);
    if (this.#begun !== undefined) {
      SpanwiseSpan.#noteRuntime(this, finishMicros === undefined);
      // The probe is somebody's code, and has the span in hand.
      if (this.durationNanos !== undefined) return;
    }
    core.undecided?.settle(this);
    // `|| 0` makes minus zero a plain one.
    (this as Writable<this>).durationNanos =
      (finishMicros === undefined
        ? SpanwiseSpan.#nanosSinceStart(this, core.timeline.nowMillis())
        : SpanwiseSpan.#nanosUntil(this, finishMicros)) || 0;
    if (this.#hasPeer) (this as Writable<this>).remoteEndpoint = peerEndpoint(this.attributes);
    core.counts.finished += 1;
    core.lateCallReport?.finished(this);
    core.longRunning?.finished(this);
    // Sampled spans only, unless the tag `sampling.priority` took the decision back.
    if ((this.flags & sampledFlag) !== 0 || core.recordsUnsampled) core.recorders.finish(this);
    else core.recorders.unsampled(this);
  }

  /**
   * The record of a span as it stands, marked unfinished, with the time since its start for a duration; nothing that
   * happens to the span later changes it. Undefined for what is no open span of the tracer whose core this is.
   *
   * @internal
   */
  static unfinishedRecord(candidate: unknown, core: TracerCore): SpanRecord | undefined {
    // Asks no proxy and no getter, as `instanceof` would.
    if (typeof candidate !== 'object' || candidate === null || !(#core in candidate)) return undefined;
    if (candidate.#core !== core || candidate.durationNanos !== undefined) return undefined;
    core.undecided?.settle(candidate);
    // Not sampled in the end, or not any more.
    if ((candidate.flags & sampledFlag) === 0 && !core.recordsUnsampled) return undefined;
    const copy = copyOf(candidate);
    copy.durationNanos = SpanwiseSpan.#nanosSinceStart(candidate, core.timeline.nowMillis()) || 0;
    copy.attributes = [...candidate.attributes];
    copy.events = [...candidate.events];
    if (candidate.#hasPeer) copy.remoteEndpoint = peerEndpoint(candidate.attributes);
    copy.unfinished = true;
    return copy;
  }

  /** `Date.now()` lies up to a millisecond before now, and the start is no whole millisecond: that is no time that runs backwards. */
  static #nanosUntil(span: SpanwiseSpan, finishMicros: number): number {
    const nanos = (finishMicros - span.startMicros) * 1000 - span.startNanos;
    return nanos < 0 && nanos >= -wallClockErrorNanos ? 0 : nanos;
  }

  /** Exact: all of it are whole numbers below 2^53. */
  static #nanosSinceStart(span: SpanwiseSpan, nowMillis: number): number {
    const { monotonicMillis, epochMicros } = span.#anchor;
    const sinceAnchorNanos = Math.round((nowMillis - monotonicMillis) * 1e6);
    return sinceAnchorNanos - (span.startMicros - epochMicros) * 1000 - span.startNanos;
  }

  static #tag(span: SpanwiseSpan, key: string, value: unknown): void {
    if (SpanwiseSpan.#isStandard(span, key, value, false)) return;
    const attribute = toAttributeValue(value, span.#core.values);
    if (attribute === undefined) return;
    const tags = span.attributes as AttributeValue[];
    for (let index = 0; index < tags.length; index += 2) {
      if (tags[index] !== key) continue;
      tags[index + 1] = attribute;
      return;
    }
    SpanwiseSpan.#append(span, key, attribute);
  }

  /** Most keys are no standard tags, and their first letter says so in a nanosecond. */
  static #isStandard(span: SpanwiseSpan, key: string, value: unknown, atStart: boolean): boolean {
    const letter = key.charCodeAt(0);
    if (letter === letterE || letter === letterS) {
      if (!atStart && key === 'sampling.priority') SpanwiseSpan.#decideLate(span, value);
      return applyStandardTag(span, key, value, span.#core.values);
    }
    if (letter === letterP && key.startsWith('peer.')) span.#hasPeer = true;
    return false;
  }

  /** Contexts made before, and children started before, keep the decision they have. */
  static #decideLate(span: SpanwiseSpan, value: unknown): void {
    span.#core.counts.latePriorities += 1;
    const priority = finiteNumber(value);
    if (priority === undefined) return;
    span.#core.undecided?.forget(span);
    forceDecision(span, priority > 0);
    span.#context = undefined;
  }

  static #append(span: SpanwiseSpan, key: string, value: AttributeValue): void {
    const tags = span.attributes as AttributeValue[];
    if (tags.length < span.#core.limits.maxTags * 2) {
      tags.push(key, value);
      return;
    }
    (span as Writable<SpanwiseSpan>).droppedAttributesCount += 1;
    span.#core.counts.droppedTags += 1;
  }

  static #late<Late extends SpanwiseSpan>(span: Late): Late {
    span.#core.counts.lateCalls += 1;
    span.#core.lateCallReport?.late(span);
    return span;
  }
}
