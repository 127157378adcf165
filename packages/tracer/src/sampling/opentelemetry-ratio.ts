import { invalidOption } from '../internal/invalid-option.ts';
import { OwnArithmetic } from '../internal/own-arithmetic.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/**
 * Samples the traces that OpenTelemetry JS's `TraceIdRatioBasedSampler(ratio)` samples: the four words of the trace id,
 * combined by exclusive or, must be below `⌊ratio × (2^32 − 1)⌋`.
 *
 * For services that decide side by side with that SDK on the same traces. Otherwise take `probabilitySampler`, which is
 * what OpenTelemetry's specification asks for today, costs less, and is the same in every language. Wrap it in
 * `parentBased`, or services with a lower ratio cut holes into traces.
 *
 * As there, a ratio of 1 leaves one trace in 2^32 out. Roots, sampled or not, get their randomness as `ot=rv` in the
 * `tracestate`, and sampled ones `ot=th`; spans with a parent get neither.
 *
 * Throws a `TypeError` unless `ratio` is 0 or from 1/(2^32 − 1) to 1; OpenTelemetry cuts it to 0 and 1.
 *
 * Source: opentelemetry-js 2, `TraceIdRatioBasedSampler`.
 */
export function openTelemetryRatioSampler(ratio: number): Sampler {
  const isRatio = typeof ratio === 'number' && (ratio === 0 || (ratio >= 1 / largestWord && ratio <= 1));
  if (!isRatio) {
    throw invalidOption(
      'openTelemetryRatioSampler',
      ratio,
      'must be a number from 0 (none) to 1 (all), and not between 0 and 2.33e-10, which would sample none',
    );
  }
  return new OpenTelemetryRatioSampler(ratio);
}

const largestWord = 0xffffffff;

class OpenTelemetryRatioSampler implements Sampler {
  readonly followsParent: boolean = false;
  readonly #bound: number;
  readonly #arithmetic: OwnArithmetic;

  constructor(ratio: number) {
    this.#bound = Math.floor(ratio * largestWord);
    this.#arithmetic = new OwnArithmetic(this.#bound / 2 ** 32, ratio);
  }

  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    const { traceId0, traceId1, traceId2, traceId3 } = request;
    const isValid = (traceId0 | traceId1 | traceId2 | traceId3) !== 0;
    const combined = (traceId0 ^ traceId1 ^ traceId2 ^ traceId3) >>> 0;
    // Further down than the comparison looks, any bits that are independent of it.
    const position = (combined + (traceId1 & 0x1fffff) / 2 ** 21) / 2 ** 32;
    return this.#arithmetic.decide(isValid && combined < this.#bound, position, parent);
  }
}
