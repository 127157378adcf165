export type { AdaptiveOptions } from './sampling/adaptive.ts';
export { adaptiveSampler } from './sampling/adaptive.ts';
export type { LimitOptions } from './internal/leaky-bucket.ts';
export type { TextPattern } from './internal/text-pattern.ts';
export { basictracerSampler } from './sampling/basictracer.ts';
export { constantSampler } from './sampling/constant.ts';
export { delayedSampler } from './sampling/delayed.ts';
export type { GuaranteedThroughputOptions } from './sampling/guaranteed-throughput.ts';
export { guaranteedThroughputSampler } from './sampling/guaranteed-throughput.ts';
export { jaegerProbabilisticSampler } from './sampling/jaeger-probabilistic.ts';
export { openTelemetryRatioSampler } from './sampling/opentelemetry-ratio.ts';
export type { ParentBasedDelegates } from './sampling/parent-based.ts';
export { parentBased } from './sampling/parent-based.ts';
export type { PerOperationOptions } from './sampling/per-operation.ts';
export { perOperationSampler } from './sampling/per-operation.ts';
export { probabilitySampler } from './sampling/probability.ts';
export { rateLimitingSampler } from './sampling/rate-limiting.ts';
export type {
  RemoteControlledOptions,
  RemoteControlledSampler,
  RemoteControlledStats,
} from './sampling/remote-controlled.ts';
export { remoteControlledSampler } from './sampling/remote-controlled.ts';
export type { RulesOptions, SamplingRule } from './sampling/rules.ts';
export { rulesSampler } from './sampling/rules.ts';
export type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampling/sampler.ts';
