import { noAttributes } from '@spanwise/wire';
import { otRandomValue } from '@spanwise/wire/propagation';

import { invalidOption } from '../internal/invalid-option.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/** Below this the threshold cannot be told from "never". */
const leastProbability = 2 ** -56;

/**
 * Samples a share of traces, consistently: the last 56 bits of the trace id are compared with a threshold, so two
 * services with different rates keep nested sets of traces, and the threshold travels as `ot=th:…` in `tracestate`, so
 * that anybody can compute a span's weight. An explicit `rv` in the `tracestate` counts instead of the trace id.
 *
 * Nothing is random here: the trace id is. Wrap it in `parentBased` (as `createTracer({ sampler: 0.1 })` does), or
 * services with a lower rate cut holes into traces.
 *
 * Throws a `TypeError` unless `probability` is 0 or from 2^-56 to 1.
 *
 * Source: OpenTelemetry specification, "TraceState: Probability Sampling"; W3C Trace
 * Context level 2, "random-trace-id".
 */
export function probabilitySampler(probability: number): Sampler {
  if (
    typeof probability !== 'number' ||
    !(probability === 0 || (probability >= leastProbability && probability <= 1))
  ) {
    throw invalidOption('probabilitySampler', probability, 'must be a number from 0 (none) to 1 (all)');
  }
  return new ProbabilitySampler(probability);
}

class ProbabilitySampler implements Sampler {
  readonly followsParent: boolean = false;
  /** The threshold's upper 24 and lower 32 bits: 56 do not fit a double. 2^24 rejects everything. */
  readonly #high: number;
  readonly #low: number;
  readonly #sampled: SamplingDecision;
  readonly #unsampled: SamplingDecision;

  constructor(probability: number) {
    const threshold = 2n ** 56n - BigInt(Math.round(probability * 2 ** 56));
    this.#high = Number(threshold >> 32n);
    this.#low = Number(threshold & 0xffffffffn);
    const attributes = Object.freeze(['sampler.type', 'probabilistic', 'sampler.param', probability]);
    this.#sampled = Object.freeze({ sampled: true, attributes, threshold: thresholdText(threshold) });
    this.#unsampled = Object.freeze({ sampled: false, attributes: noAttributes, threshold: null });
  }

  sample(request: SamplingRequest, _parent: SamplingParent | undefined): SamplingDecision {
    const explicit = request.traceState === '' ? undefined : otRandomValue(request.traceState);
    if (explicit !== undefined)
      return this.#compare(parseInt(explicit.slice(0, 6), 16), parseInt(explicit.slice(6), 16));
    return this.#compare(request.traceId2 & 0xffffff, request.traceId3 >>> 0);
  }

  #compare(high: number, low: number): SamplingDecision {
    const reached = high > this.#high || (high === this.#high && low >= this.#low);
    return reached ? this.#sampled : this.#unsampled;
  }
}

/** 14 hex digits without the zeros at the right, at least one. */
function thresholdText(threshold: bigint): string {
  const digits = threshold.toString(16).padStart(14, '0').replace(/0+$/, '');
  return digits === '' ? '0' : digits;
}
