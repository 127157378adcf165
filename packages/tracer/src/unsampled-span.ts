import type { KeyValues, Tracer } from '@spanwise/opentracing';
import { Span } from '@spanwise/opentracing';

import { textOf } from './attribute-value.ts';
import { baggageItem, withBaggageItem } from './internal/baggage.ts';
import { finiteNumber, forceDecision, samplingPriority } from './internal/sampling-priority.ts';
import type { SpanDraft } from './internal/span-draft.ts';
import type { TracerCore } from './internal/tracer-core.ts';
import type { Baggage } from './propagation/propagator.ts';
import { SpanwiseSpanContext } from './span-context.ts';
import type { TraceIdentity } from './trace-identity.ts';

/**
 * A span that is not recorded. It has ids, baggage and the decision, which its children and other processes take over;
 * tags, logs and times go nowhere and no clock is read. The tag `sampling.priority` cannot make it a recorded one, for
 * what came before is not there; but children that are started afterwards are recorded, and what is injected says so.
 */
export class UnsampledSpan extends Span implements TraceIdentity {
  /** The first 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  declare readonly traceId0: number;
  /** The next 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  declare readonly traceId1: number;
  /** The next 32 bits of the trace id, signed. */
  declare readonly traceId2: number;
  /** The last 32 bits of the trace id, signed. */
  declare readonly traceId3: number;
  declare readonly spanId0: number;
  /** The last 32 bits of the span id, signed. */
  declare readonly spanId1: number;
  declare readonly flags: number;
  declare readonly debug: boolean;
  declare readonly traceState: string;
  readonly #core: TracerCore;
  #baggage: Baggage;
  #context: SpanwiseSpanContext | undefined;
  #finished: boolean;

  /** @internal */
  constructor(core: TracerCore, draft: SpanDraft) {
    super();
    this.traceId0 = draft.traceId0;
    this.traceId1 = draft.traceId1;
    this.traceId2 = draft.traceId2;
    this.traceId3 = draft.traceId3;
    this.spanId0 = draft.spanId0;
    this.spanId1 = draft.spanId1;
    this.flags = draft.flags;
    this.debug = false;
    this.traceState = draft.traceState;
    this.#core = core;
    this.#baggage = draft.baggageItems;
    this.#context = undefined;
    this.#finished = false;
  }

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

  override context(): SpanwiseSpanContext {
    this.#context ??= new SpanwiseSpanContext(this, false);
    return this.#context;
  }

  override tracer(): Tracer {
    return this.#core.tracer;
  }

  override setBaggageItem(key: string, value: string): this {
    if (this.#finished) return this.#late();
    const baggage = withBaggageItem(this.#baggage, textOf(key), textOf(value), this.#core.limits);
    if (baggage === undefined) {
      this.#core.counts.droppedBaggageItems += 1;
      return this;
    }
    this.#baggage = baggage;
    this.#context = undefined;
    return this;
  }

  override getBaggageItem(key: string): string | undefined {
    return baggageItem(this.#baggage, key);
  }

  // What is not recorded is not read either; only calls that come too late to matter are counted, as on recorded spans.

  override setOperationName(_name: string): this {
    return this.#finished ? this.#late() : this;
  }

  override setTag(key: string, value: unknown): this {
    if (this.#finished) return this.#late();
    if (key === 'sampling.priority') this.#decideLate(value);
    return this;
  }

  override addTags(keyValueMap: KeyValues): this {
    if (this.#finished) return this.#late();
    if (hasPriority(keyValueMap)) this.#decideLate(samplingPriority(keyValueMap, this.#core.counts));
    return this;
  }

  override log(_keyValuePairs: KeyValues, _timestamp?: number): this {
    return this.#finished ? this.#late() : this;
  }

  override logEvent(_eventName: string, _payload: unknown): void {
    if (this.#finished) this.#late();
  }

  override finish(_finishTime?: number): void {
    if (this.#finished) return void this.#late();
    this.#finished = true;
    this.#core.lateCallReport?.finished(this);
  }

  /** Contexts made before, and children started before, keep the decision they have. */
  #decideLate(value: unknown): void {
    this.#core.counts.latePriorities += 1;
    const priority = finiteNumber(value);
    if (priority === undefined) return;
    forceDecision(this, priority > 0);
    this.#context = undefined;
  }

  #late(): this {
    this.#core.counts.lateCalls += 1;
    this.#core.lateCallReport?.late(this);
    return this;
  }
}

/** Whether the key is there, as on recorded spans; its value may be a getter and is not asked for. */
function hasPriority(tags: KeyValues): boolean {
  try {
    return 'sampling.priority' in tags;
  } catch {
    // No object, or a proxy that refuses.
    return false;
  }
}
