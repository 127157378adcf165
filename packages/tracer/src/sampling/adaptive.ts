import type { Clock } from '../clock.ts';
import { AdaptiveRates } from '../internal/adaptive-rates.ts';
import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { monotonicClock } from '../internal/check-parts.ts';
import { knownOptions } from '../internal/known-options.ts';
import { checkProbability } from '../internal/sampling-threshold.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';
import { sampledByParent, unsampledByParent } from './sampler.ts';

/** What an `adaptiveSampler` aims at. */
export interface AdaptiveOptions {
  /** So many spans per second are recorded in this process, about, once there are that many. More than 0. */
  readonly targetSpansPerSecond: number;
  /**
   * Shares the target among the operations that start traces, evenly: what one does not need goes to the others, so that
   * rare ones are kept whole beside a busy one. `false` unless given: all traces have one probability.
   */
  readonly perOperation?: boolean;
  /** Operations beyond these are one, in what `perOperation` shares. 500 unless given. */
  readonly maxOperations?: number;
  /** The probability is computed anew so often, while traces start. 1,000 unless given. */
  readonly windowMillis?: number;
  /** The probability in the first window: 0, or from 2^-56 to 1. 1 unless given. */
  readonly initialProbability?: number;
  /** The process's own clock unless given. Its monotonic reading counts. */
  readonly clock?: Clock;
}

/**
 * Samples the share of traces that makes a target of spans per second, whatever the traffic: all while it is low, less
 * when it rises. No backend is asked.
 *
 * It takes over the decisions of parents, so do not wrap it in `parentBased`: it counts the spans of sampled traces, to
 * know how many one trace makes. In there, or behind `rulesSampler`, it does not see them, and the target is one of
 * traces per second. What callers have sampled counts towards the target too; when they alone exceed it,
 * traces that start here get the smallest probability, and the target is missed.
 *
 * Not a hard limit: in each window it follows half of what has changed. All of it at once when traffic more than doubles: a
 * window that has recorded twice its share ends early, after a tenth of its time at the soonest. After a fall it records too
 * little for a while, so that traffic in bursts does not exceed the target at each of them: after a fall to a tenth, half the
 * target is reached within 5 windows and nine tenths within 8; after one to a hundredth, within 8 and 11. `rateLimitingSampler`
 * is exact, but loses the weights.
 *
 * ## How it works
 *
 * For each window it knows how many traces asked, and how many spans the sampled ones made. The first is smoothed: half
 * of the new rate is the last window's. The second is that of the last 50 sampled traces, newer ones counting more: when traces
 * become fifty times as large, or as small, the target is met again within some 10 windows. Their product is the demand, and the
 * target divided by the demand is the probability. Decisions are consistent and written as `ot=th`, as those of `probabilitySampler`: the thresholds of
 * different processes and windows keep nested sets of traces, and each span has its weight. Tags: `sampler.type` is
 * `adaptive`, `sampler.param` the probability.
 *
 * Throws a `TypeError` for options that are wrong or that it does not know.
 *
 * Source: the arithmetic of Jaeger's adaptive sampling (collector), within the process.
 */
export function adaptiveSampler(options: AdaptiveOptions): Sampler {
  knownOptions('adaptiveSampler', options, optionNames);
  return new AdaptiveSampler(
    new AdaptiveRates({
      targetSpansPerSecond: checkTarget(options.targetSpansPerSecond),
      perOperation: checkPerOperation(options.perOperation ?? false),
      maxOperations: wholeNumber('adaptiveSampler: maxOperations', options.maxOperations, 500, 1),
      windowMillis: wholeNumber('adaptiveSampler: windowMillis', options.windowMillis, 1000, 10, 3_600_000),
      initialProbability: checkProbability('adaptiveSampler: initialProbability', options.initialProbability ?? 1),
      clock: monotonicClock('adaptiveSampler: clock', options.clock),
    }),
  );
}

const optionNames = [
  'targetSpansPerSecond',
  'perOperation',
  'maxOperations',
  'windowMillis',
  'initialProbability',
  'clock',
];

class AdaptiveSampler implements Sampler {
  /** It does, but wants to be asked, in order to count. */
  readonly followsParent: boolean = false;
  readonly #rates: AdaptiveRates;

  constructor(rates: AdaptiveRates) {
    this.#rates = rates;
  }

  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    if (parent === undefined || !parent.samplingKnown) return this.#rates.decide(request);
    if ((parent.flags & 1) === 0) return unsampledByParent;
    this.#rates.countSpan(parent.isRemote);
    return sampledByParent;
  }
}

function checkTarget(target: number): number {
  if (typeof target === 'number' && target > 0 && target < Number.POSITIVE_INFINITY) return target;
  throw invalidOption(
    'adaptiveSampler: targetSpansPerSecond',
    target,
    'must be a number of spans per second above 0, such as 100',
  );
}

function checkPerOperation(perOperation: boolean): boolean {
  if (typeof perOperation === 'boolean') return perOperation;
  throw invalidOption('adaptiveSampler: perOperation', perOperation, 'must be true or false (leave it out for false)');
}
