import { noAttributes } from '@spanwise/wire';

import { hasIds } from '../propagation/propagator.ts';
import type { SamplingDecision, SamplingParent } from '../sampling/sampler.ts';
import { notSampled } from '../sampling/sampler.ts';
import { SamplingThreshold } from './sampling-threshold.ts';

/**
 * Decisions of samplers that keep a share of traces by an arithmetic other than OpenTelemetry's threshold.
 *
 * Each such arithmetic puts a trace at a position from 0 to 1 and keeps those below the probability. Mirrored, so that
 * high values are kept, the position is the trace's randomness: as `ot=rv` on roots, beside `ot=th`, it tells everybody
 * the span's weight, and lets services that compare thresholds keep sets of traces which nest with these. Where there is
 * a parent the randomness is not ours to write, so no threshold is written either; `sampler.type` and `sampler.param`
 * remain.
 */
export class OwnArithmetic {
  readonly #threshold: SamplingThreshold;
  readonly #attributes: readonly (string | number)[];
  readonly #sampledChild: SamplingDecision;
  /** The randomness nearest to the threshold on either side. */
  readonly #leastKept: string;
  readonly #mostRejected: string;

  /** `parameter` is what the sampler was made with, for the tag. */
  constructor(probability: number, parameter: number) {
    this.#threshold = SamplingThreshold.of(probability);
    this.#attributes = Object.freeze(['sampler.type', 'probabilistic', 'sampler.param', parameter]);
    this.#sampledChild = Object.freeze({ sampled: true, attributes: this.#attributes, threshold: null });
    this.#leastKept = this.#threshold.text.padEnd(14, '0');
    this.#mostRejected = probability === 0 ? largest : before(this.#leastKept);
  }

  /** `position` is from 0 to 1, uniform over traces, and below the probability when `sampled`, but for rounding. */
  decide(sampled: boolean, position: number, parent: SamplingParent | undefined): SamplingDecision {
    if (parent !== undefined && hasIds(parent)) return sampled ? this.#sampledChild : notSampled;
    const randomness = mirrored(position);
    if (!sampled) {
      // Rounding must not move a trace to the other side.
      const below = randomness > this.#mostRejected ? this.#mostRejected : randomness;
      return { sampled, attributes: noAttributes, threshold: null, randomness: below };
    }
    return {
      sampled,
      attributes: this.#attributes,
      threshold: this.#threshold.text,
      randomness: randomness < this.#leastKept ? this.#leastKept : randomness,
    };
  }
}

const largest = 'ffffffffffffff';

/** The value below, where there is one. */
function before(value: string): string {
  const number = BigInt(`0x${value}`);
  return (number === 0n ? 0n : number - 1n).toString(16).padStart(14, '0');
}

/** 56 bits, as far as a double has them. */
function mirrored(position: number): string {
  const value = Math.floor((1 - position) * 2 ** 56);
  return value >= 2 ** 56 ? largest : value.toString(16).padStart(14, '0');
}
