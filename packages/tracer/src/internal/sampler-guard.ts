import type { KeyValues } from '@spanwise/opentracing';
import type { Attributes, AttributeValue } from '@spanwise/wire';
import { noAttributes, SpanFlags } from '@spanwise/wire';
import { withOtRandomValue, withOtThreshold } from '@spanwise/wire/propagation';

import type { Sampler } from '../sampling/sampler.ts';
import type { SpanwiseSpan } from '../span.ts';
import type { TraceIdentity } from '../trace-identity.ts';
import { withoutFalseThreshold } from './false-threshold.ts';
import type { MinuteLog } from './minute-log.ts';
import { onRejection } from './on-rejection.ts';
import { forceDecision } from './sampling-priority.ts';
import { emptyDraft, type SpanDraft } from './span-draft.ts';
import { type Question, UndecidedSpans } from './undecided-spans.ts';

const { sampled: sampledFlag } = SpanFlags;

/**
 * The one boundary between the tracer and its sampler: who is asked for a span, when, and what becomes of the answer. A
 * sampler that throws, or gives no decision, has not sampled the span; that is counted and logged once a minute.
 */
export class SamplerGuard {
  /** Exceptions caught, and answers that are no decision. */
  errors = 0;
  /** The sampler is looking at a draft. */
  isAsking = false;
  /** Local roots that are asked for later; only with a sampler that wants that. */
  readonly undecided: UndecidedSpans<SpanwiseSpan> | undefined;
  readonly #sampler: Sampler;
  readonly #followsParent: boolean;
  readonly #log: MinuteLog;

  constructor(sampler: Sampler, log: MinuteLog) {
    this.#sampler = sampler;
    this.#followsParent = sampler.followsParent;
    this.#log = log;
    if (sampler.isDelayed === true) {
      this.undecided = new UndecidedSpans((span, question) => this.#decideLate(span, question));
    }
  }

  /** Settles the sampled flag, `debug` and the threshold in `tracestate`; returns tags that say how. */
  decide(
    draft: SpanDraft,
    parent: TraceIdentity | undefined,
    tags: KeyValues | undefined,
    priority: number | undefined,
  ): Attributes {
    if (priority !== undefined) {
      forceDecision(draft, priority > 0);
      return noAttributes;
    }
    if (parent !== undefined && parent.samplingKnown && (this.#followsParent || parent.debug)) {
      handOnThreshold(draft, parent);
      return noAttributes;
    }
    if (this.undecided !== undefined && (parent === undefined || parent.isRemote)) {
      draft.isUndecided = true;
      setSampled(draft, true);
      return noAttributes;
    }
    return this.#ask(draft, parent, tags);
  }

  /** Closes the sampler. */
  close(): void {
    const failed = (error: unknown): void => {
      this.errors += 1;
      this.#log.warn(() => `spanwise: the sampler's close failed: ${String(error)}`);
    };
    try {
      onRejection(this.#sampler.close?.(), failed);
    } catch (error) {
      failed(error);
    }
  }

  #decideLate(span: SpanwiseSpan, { parent, tags }: Question): void {
    const draft = { ...emptyDraft(), ...idsOf(span), name: span.name };
    draft.traceState = parent?.traceState ?? '';
    const samplingTags = this.#ask(draft, parent, { ...tags, ...entriesOf(span.attributes) });
    span.decide(draft.flags, draft.traceState, samplingTags);
  }

  #ask(draft: SpanDraft, parent: TraceIdentity | undefined, tags: KeyValues | undefined): Attributes {
    const wasAsking = this.isAsking;
    draft.tags = tags;
    this.isAsking = true;
    try {
      const decision = this.#sampler.sample(draft, parent);
      const { sampled, threshold, randomness, attributes } = decision;
      if (typeof sampled !== 'boolean') throw noDecision(decision);
      setSampled(draft, sampled);
      const isRoot = (draft.parentId0 | draft.parentId1) === 0;
      if (randomness !== undefined && isRoot) draft.traceState = withOtRandomValue(draft.traceState, randomness);
      if (threshold === null) {
        if (draft.traceState !== '') draft.traceState = withOtThreshold(draft.traceState, undefined);
      } else if (threshold === undefined) {
        handOnThreshold(draft, parent);
      } else {
        draft.traceState = withOtThreshold(draft.traceState, threshold);
      }
      return (parent === undefined || parent.isRemote) && Array.isArray(attributes) ? attributes : noAttributes;
    } catch (error) {
      setSampled(draft, false);
      this.errors += 1;
      this.#log.warn(() => `spanwise: the sampler failed, the span is not sampled: ${String(error)}`);
      return noAttributes;
    } finally {
      draft.tags = undefined;
      this.isAsking = wasAsking;
    }
  }
}

/** What this process wrote itself is right. */
function handOnThreshold(draft: SpanDraft, parent: TraceIdentity | undefined): void {
  if (draft.traceState === '' || parent === undefined || !parent.isRemote) return;
  draft.traceState = withoutFalseThreshold(draft, (draft.flags & sampledFlag) !== 0);
}

function setSampled(draft: SpanDraft, sampled: boolean): void {
  draft.flags = sampled ? draft.flags | sampledFlag : draft.flags & ~sampledFlag;
}

/** The error for what a sampler gave in place of a decision; a promise is one that nobody waits for. */
function noDecision(given: unknown): TypeError {
  onRejection(given, () => {});
  return new TypeError('it gave no decision, whose sampled is true or false');
}

function idsOf(span: SpanwiseSpan): Partial<SpanDraft> {
  const { traceId0, traceId1, traceId2, traceId3, spanId0, spanId1, parentId0, parentId1, flags, debug } = span;
  return { traceId0, traceId1, traceId2, traceId3, spanId0, spanId1, parentId0, parentId1, flags, debug };
}

/** Names and values in turn, as an object. */
function entriesOf(attributes: Attributes): KeyValues {
  const pairs: [string, AttributeValue | undefined][] = [];
  for (let index = 0; index < attributes.length; index += 2)
    pairs.push([attributes[index] as string, attributes[index + 1]]);
  return Object.fromEntries(pairs);
}
