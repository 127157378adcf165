import { checkProbability, SamplingThreshold } from '../internal/sampling-threshold.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';
import { notSampled } from './sampler.ts';

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
  return new ProbabilitySampler(checkProbability('probabilitySampler', probability));
}

class ProbabilitySampler implements Sampler {
  readonly followsParent: boolean = false;
  readonly #threshold: SamplingThreshold;
  readonly #sampled: SamplingDecision;

  constructor(probability: number) {
    this.#threshold = new SamplingThreshold(probability);
    const attributes = Object.freeze(['sampler.type', 'probabilistic', 'sampler.param', probability]);
    this.#sampled = Object.freeze({ sampled: true, attributes, threshold: this.#threshold.text });
  }

  sample(request: SamplingRequest, _parent: SamplingParent | undefined): SamplingDecision {
    return this.#threshold.reachedBy(request) ? this.#sampled : notSampled;
  }
}
