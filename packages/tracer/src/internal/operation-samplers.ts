import type { SamplingDecision, SamplingRequest } from '../sampling/sampler.ts';
import { ConsistentShare } from './consistent-share.ts';
import { GuaranteedThroughput } from './guaranteed-throughput.ts';
import type { LimitOptions } from './leaky-bucket.ts';

/** What is sampled of which operation, checked. */
export interface OperationRates {
  readonly probabilities: ReadonlyMap<string, number>;
  /** Of operations without one of their own. */
  readonly otherProbability: number;
  /** The lower bound of each operation. */
  readonly minTracesPerSecond: number;
}

/** A probability with a lower bound for each operation, for a bounded number of them. */
export class OperationSamplers {
  readonly #maxOperations: number;
  readonly #options: LimitOptions;
  readonly #samplers: Map<string, GuaranteedThroughput> = new Map();
  #rates: OperationRates;
  #others: ConsistentShare;

  constructor(rates: OperationRates, maxOperations: number, options: LimitOptions) {
    this.#maxOperations = maxOperations;
    this.#options = options;
    this.#rates = rates;
    this.#others = new ConsistentShare(rates.otherProbability);
    this.#addNamed();
  }

  sample(request: SamplingRequest): SamplingDecision {
    const sampler = this.#samplers.get(request.name) ?? this.#added(request.name) ?? this.#others;
    return sampler.sample(request);
  }

  /** Takes other rates over; what an operation has left of its bound stays. */
  update(rates: OperationRates): void {
    this.#rates = rates;
    this.#others = new ConsistentShare(rates.otherProbability);
    this.#addNamed();
    for (const [operation, sampler] of this.#samplers) {
      sampler.update(rates.probabilities.get(operation) ?? rates.otherProbability, rates.minTracesPerSecond);
    }
  }

  /** Those that have a rate of their own come before those that traffic brought. */
  #addNamed(): void {
    const { probabilities } = this.#rates;
    for (const operation of probabilities.keys()) {
      if (this.#samplers.has(operation)) continue;
      if (this.#samplers.size >= this.#maxOperations) this.#dropUnnamed();
      this.#added(operation);
    }
  }

  #dropUnnamed(): void {
    for (const operation of this.#samplers.keys()) {
      if (this.#rates.probabilities.has(operation)) continue;
      this.#samplers.delete(operation);
      return;
    }
  }

  /** Undefined when there are as many as there may be. */
  #added(operation: string): GuaranteedThroughput | undefined {
    if (this.#samplers.size >= this.#maxOperations) return undefined;
    const { probabilities, otherProbability, minTracesPerSecond } = this.#rates;
    const probability = probabilities.get(operation) ?? otherProbability;
    const sampler = new GuaranteedThroughput(probability, minTracesPerSecond, this.#options);
    this.#samplers.set(operation, sampler);
    return sampler;
  }
}
