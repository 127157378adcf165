import type { LimitOptions } from '../internal/leaky-bucket.ts';
import { checkLimitOptions, checkRate } from '../internal/leaky-bucket.ts';
import { knownOptions } from '../internal/known-options.ts';
import { LimitedRate } from '../internal/limited-rate.ts';
import type { Sampler } from './sampler.ts';

/**
 * Samples at most so many traces per second, as Jaeger's `ratelimiting` does: a bucket fills at that rate, holds the
 * credit of one second (or 1, when the rate is lower), and each sampled trace takes 1. Fractions are rates too: 0.1 is a
 * trace every ten seconds. The first traces of a burst are the ones that are kept.
 *
 * Not for figures about all traffic: nobody knows what share of it a span stands for, so `ot=th` is removed from the
 * `tracestate`. `adaptiveSampler` bounds spans per second and keeps the weights. Wrap it in `parentBased`, or child
 * spans take from the limit too.
 *
 * Throws a `TypeError` unless `maxTracesPerSecond` is 0 (none) or more, and finite, and for wrong options.
 *
 * Source: jaeger-client-node 3.19, `RateLimitingSampler`, `RateLimiter`.
 */
export function rateLimitingSampler(maxTracesPerSecond: number, options: LimitOptions = {}): Sampler {
  knownOptions('rateLimitingSampler', options, ['clock', 'random']);
  const parts = checkLimitOptions('rateLimitingSampler', options);
  const rate = new LimitedRate(checkRate('rateLimitingSampler', maxTracesPerSecond), parts);
  return Object.freeze({ followsParent: false, sample: () => rate.sample() });
}
