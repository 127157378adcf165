import type { LimitOptions } from '../internal/leaky-bucket.ts';
import { checkRate, LeakyBucket } from '../internal/leaky-bucket.ts';
import type { Sampler, SamplingDecision } from './sampler.ts';
import { notSampled } from './sampler.ts';

/**
 * Samples at most so many traces per second, as Jaeger's `ratelimiting` does: a bucket fills at that rate, holds the
 * credit of one second (or 1, when the rate is lower), and each sampled trace takes 1. Fractions are rates too: 0.1 is a
 * trace every ten seconds. The first traces of a burst are the ones that are kept.
 *
 * Not for figures about all traffic: nobody knows what share of it a span stands for, so `ot=th` is removed from the
 * `tracestate`. `adaptiveSampler` bounds spans per second and keeps the weights. Wrap it in `parentBased`, or child
 * spans take from the limit too.
 *
 * Throws a `TypeError` unless `maxTracesPerSecond` is 0 (none) or more, and finite.
 *
 * Source: jaeger-client-node 3.19, `RateLimitingSampler`, `RateLimiter`.
 */
export function rateLimitingSampler(maxTracesPerSecond: number, options: LimitOptions = {}): Sampler {
  return new RateLimitingSampler(checkRate('rateLimitingSampler', maxTracesPerSecond), options);
}

class RateLimitingSampler implements Sampler {
  readonly followsParent: boolean = false;
  readonly #bucket: LeakyBucket;
  readonly #sampled: SamplingDecision;

  constructor(maxTracesPerSecond: number, options: LimitOptions) {
    this.#bucket = new LeakyBucket(maxTracesPerSecond, options);
    const attributes = Object.freeze(['sampler.type', 'ratelimiting', 'sampler.param', maxTracesPerSecond]);
    this.#sampled = Object.freeze({ sampled: true, attributes, threshold: null });
  }

  sample(): SamplingDecision {
    return this.#bucket.take() ? this.#sampled : notSampled;
  }
}
