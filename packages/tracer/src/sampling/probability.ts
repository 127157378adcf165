import { ConsistentShare } from '../internal/consistent-share.ts';
import { checkProbability } from '../internal/sampling-threshold.ts';
import type { Sampler, SamplingRequest } from './sampler.ts';

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
  const share = new ConsistentShare(checkProbability('probabilitySampler', probability));
  return Object.freeze({ followsParent: false, sample: (request: SamplingRequest) => share.sample(request) });
}
