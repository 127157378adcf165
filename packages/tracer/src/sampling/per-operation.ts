import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import type { LimitOptions } from '../internal/leaky-bucket.ts';
import { checkLimitOptions, checkRate } from '../internal/leaky-bucket.ts';
import { OperationSamplers } from '../internal/operation-samplers.ts';
import { checkProbability } from '../internal/sampling-threshold.ts';
import type { Sampler, SamplingRequest } from './sampler.ts';

/** What a `perOperationSampler` samples of each operation. */
export interface PerOperationOptions extends LimitOptions {
  /** The share of traces that is sampled, by the name of the span that is asked for: 0, or from 2^-56 to 1. */
  readonly operations: Readonly<Record<string, number>>;
  /** The share of all other operations. */
  readonly otherProbability: number;
  /** Of each operation so many traces per second are sampled at least, as far as there are any. 0 unless given. */
  readonly minTracesPerSecond?: number;
  /** More different names than these get `otherProbability` without a lower bound. 2,000 unless given. */
  readonly maxOperations?: number;
}

/**
 * Samples a share of the traces of each operation, consistently as `probabilitySampler` does, and at least so many per
 * second of each, as `guaranteedThroughputSampler` does. Memory is bounded: whoever starts spans with ids in their names
 * gets the share of the others when there are too many names.
 *
 * The name counts that the span starts with; with `delayedSampler` around it one that comes later counts, too. For
 * conditions on tags, and for other samplers than these, take `rulesSampler`. Wrap it in `parentBased`, or child spans
 * count as operations too.
 *
 * Throws a `TypeError` for operations that are no plain object, for probabilities and rates that are none, for more operations than `maxOperations`, and for
 * options that it does not know.
 *
 * Source: jaeger-client-node 3.19, `PerOperationSampler`.
 */
export function perOperationSampler(options: PerOperationOptions): Sampler {
  knownOptions('perOperationSampler', options, optionNames);
  const maxOperations = wholeNumber('perOperationSampler: maxOperations', options.maxOperations, 2000, 0);
  const rates = {
    probabilities: checkOperations(options.operations, maxOperations),
    otherProbability: checkProbability('perOperationSampler: otherProbability', options.otherProbability),
    minTracesPerSecond: checkRate('perOperationSampler: minTracesPerSecond', options.minTracesPerSecond ?? 0),
  };
  const samplers = new OperationSamplers(rates, maxOperations, checkLimitOptions('perOperationSampler', options));
  return Object.freeze({ followsParent: false, sample: (request: SamplingRequest) => samplers.sample(request) });
}

const optionNames = ['operations', 'otherProbability', 'minTracesPerSecond', 'maxOperations', 'clock', 'random'];

function checkOperations(operations: Readonly<Record<string, number>>, maxOperations: number): Map<string, number> {
  // What iterates (a Map, an array) has no properties to read.
  if (typeof operations !== 'object' || operations === null || Symbol.iterator in operations) {
    const rule = "must be an object, such as { 'GET /': 0.1 } (of a Map: Object.fromEntries(map))";
    throw invalidOption('perOperationSampler: operations', operations, rule);
  }
  const entries = Object.entries(operations);
  if (entries.length > maxOperations) {
    const rule = `must not be more than maxOperations (${maxOperations})`;
    throw invalidOption('perOperationSampler: operations', entries.length, rule);
  }
  for (const [operation, probability] of entries) {
    checkProbability(`perOperationSampler: operations[${JSON.stringify(operation)}]`, probability);
  }
  return new Map(entries);
}
