import type { Attributes } from '@spanwise/wire';
import { noAttributes } from '@spanwise/wire';
import type { MutableTraceContext } from '@spanwise/wire/propagation';

/** What a sampler may look at. One object serves every call: read it during `sample` and keep nothing of it. */
export interface SamplingRequest {
  /** The first 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  readonly traceId0: number;
  /** The next 32 bits of the trace id, signed; 0 for ids of 64 bits. */
  readonly traceId1: number;
  /** The next 32 bits of the trace id, signed. */
  readonly traceId2: number;
  /** The last 32 bits of the trace id, signed. */
  readonly traceId3: number;
  /** The operation name of the moment, mostly that of the start; `''` when the name comes later. */
  readonly name: string;
  /** The tags the span starts with, as the caller gave them, and with `delayedSampler` those that it has got since. */
  readonly tags: Readonly<Record<string, unknown>> | undefined;
  /** The parent's `tracestate`, empty when there is none. */
  readonly traceState: string;
}

/** The parent as a sampler sees it: its ids, its decision (`samplingKnown`, bit 0 of `flags`), its `tracestate`. */
export interface SamplingParent extends Readonly<MutableTraceContext> {
  /** It came from another process. */
  readonly isRemote: boolean;
}

/** What a sampler says of a span. May be shared: nobody changes it. */
export interface SamplingDecision {
  /** Whether the span is recorded. What is no boolean counts as an error of the sampler. */
  readonly sampled: boolean;
  /** Tags for the span when it is a local root: how the decision was made (`sampler.type`, `sampler.param`). */
  readonly attributes: Attributes;
  /**
   * What becomes of `ot=th` in the `tracestate`: a threshold to write, `null` to remove the one there (the decision was
   * not made by it), `undefined` to hand on what came.
   *
   * Whoever reads a threshold takes it that the trace's randomness reaches it: `rv` in the `tracestate`, else the last 56
   * bits of the trace id. A decision that was not made by comparing these two writes a threshold only with a `randomness`
   * that reaches it, and else `null`.
   */
  readonly threshold: string | null | undefined;
  /**
   * The trace's randomness, written as `ot=rv`: 14 hex digits, for a sampler whose arithmetic orders traces otherwise
   * than by the last 56 bits of their ids. For roots only, sampled or not; with a parent it is ignored, because others
   * have decided by the trace's randomness by then.
   */
  readonly randomness?: string;
}

/**
 * Decides at its start whether a span is recorded (`delayedSampler`: a little later). The decision travels to other
 * processes and cannot be changed.
 *
 * - Synchronous and quick; the decisions may be shared objects, and are not changed by anybody.
 * - An exception, and what is no decision (a promise, say), counts as "not sampled", in `tracer.stats().samplerErrors`.
 * - `sampler.conformance.ts` is run by every implementation.
 *
 * Source of the thresholds: OpenTelemetry specification, "TraceState: Probability Sampling".
 */
export interface Sampler {
  /**
   * True when a span whose parent's decision is known always takes it over. The tracer then asks only for the others,
   * which keeps sampling off the path of child spans.
   */
  readonly followsParent: boolean;
  /** True when the tracer is to ask as late as it may for local roots; see `delayedSampler`. */
  readonly isDelayed?: boolean;
  /** `parent` is undefined for a root. */
  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision;
  /**
   * Lets go of timers and connections; `tracer.close()` calls it, so a sampler that has some belongs to one tracer. It
   * may be called again, and `sample` afterwards. A sampler that holds others closes them, each
   * although another one's throws.
   */
  close?(): void;
}

/** The parent was sampled, so this span is; thresholds are handed on. */
export const sampledByParent: SamplingDecision = Object.freeze({
  sampled: true,
  attributes: noAttributes,
  threshold: undefined,
});

/** The parent was not sampled, so this span is not. */
export const unsampledByParent: SamplingDecision = Object.freeze({
  sampled: false,
  attributes: noAttributes,
  threshold: undefined,
});

/** Not sampled, by whoever was asked: a threshold that came does not speak for the span. */
export const notSampled: SamplingDecision = Object.freeze({
  sampled: false,
  attributes: noAttributes,
  threshold: null,
});
