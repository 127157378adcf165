import type { Clock } from '../clock.ts';
import type { SamplingDecision, SamplingRequest } from '../sampling/sampler.ts';
import { ConsistentShare } from './consistent-share.ts';
import { fairShares } from './fair-shares.ts';

/** Checked and complete. */
export interface AdaptiveSettings {
  readonly targetSpansPerSecond: number;
  readonly perOperation: boolean;
  readonly maxOperations: number;
  readonly windowMillis: number;
  readonly initialProbability: number;
  readonly clock: Clock;
}

/** The last window's part of a smoothed rate. */
const lastWindowsPart = 0.5;
/** A window ends early when this part of its time is over and … */
const leastPart = 0.1;
/** … it has recorded so many times its share, and so many times as many traces asked as are usual, and some more. */
const earlyFactor = 2;
const earlyTraces = 10;
/** An operation that starts fewer traces than this in a second, smoothed, is forgotten. */
const forgottenRate = 1e-3;
/** A trace in a million million: less is none. */
const leastProbability = 1e-12;
/** So many of the last roots say how many spans a root makes, … */
const rememberedRoots = 50;
/**
 * … and what is older by so many windows says half as much: where few roots are kept, as many as are remembered take minutes. In a
 * simulation of traces that grow from 4 spans to 200 and shrink again, the target is met within 10 windows each time; with 200 roots
 * of any age it took 50, and more than 120. The rate of steady traffic sways no more for it.
 */
const halfLifeWindows = 4;

/**
 * Counts traces and spans in windows, and computes from each window the probabilities of the next. Its size is bounded
 * by `maxOperations`; a decision allocates nothing, but for an operation that is new.
 */
export class AdaptiveRates {
  readonly #settings: AdaptiveSettings;
  /** By name. Without `perOperation` there are only the others. */
  readonly #operations: Map<string, Operation> = new Map();
  readonly #others: Operation;
  readonly #remoteRoots: SmoothRate = new SmoothRate();
  readonly #spansPerRoot: SpansPerRoot = new SpansPerRoot();
  readonly #windowSpans: number;
  #windowStartMillis: number;
  /** In this window: spans recorded, and traces that asked. */
  #spans = 0;
  #asked = 0;
  /** So many traces ask in a usual window. */
  #usuallyAsked = 0;

  constructor(settings: AdaptiveSettings) {
    this.#settings = settings;
    this.#others = new Operation(settings.initialProbability);
    this.#windowSpans = (settings.targetSpansPerSecond * settings.windowMillis) / 1000;
    this.#windowStartMillis = settings.clock.monotonicMillis();
  }

  /** The decision for a trace that starts here. */
  decide(request: SamplingRequest): SamplingDecision {
    this.#endWindowIfDue();
    this.#asked += 1;
    const decision = this.#operationOf(request.name).decide(request);
    if (decision.sampled) this.#spans += 1;
    return decision;
  }

  /** A span of a trace that others have decided on, or that was decided on here before. Reads no clock. */
  countSpan(hasRemoteParent: boolean): void {
    this.#spans += 1;
    if (hasRemoteParent) this.#remoteRoots.count += 1;
  }

  #operationOf(name: string): Operation {
    if (!this.#settings.perOperation) return this.#others;
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    // A flood of names that nobody knows must not find each of them at its first probability.
    const isFull = this.#operations.size >= this.#settings.maxOperations || this.#spans >= this.#windowSpans;
    if (isFull) return this.#others;
    const operation = new Operation(this.#settings.initialProbability);
    this.#operations.set(name, operation);
    return operation;
  }

  #endWindowIfDue(): void {
    const { windowMillis, clock } = this.#settings;
    const now = clock.monotonicMillis();
    const elapsedMillis = now - this.#windowStartMillis;
    const isEarly = elapsedMillis < windowMillis;
    if (isEarly && !(this.#isFlooded() && elapsedMillis >= windowMillis * leastPart)) return;
    this.#windowStartMillis = now;
    this.#endWindow(elapsedMillis, isEarly);
  }

  #isFlooded(): boolean {
    return (
      this.#spans >= earlyFactor * this.#windowSpans && this.#asked >= earlyFactor * this.#usuallyAsked + earlyTraces
    );
  }

  #endWindow(elapsedMillis: number, isEarly: boolean): void {
    const operations = [...this.#operations.values(), this.#others];
    const seconds = elapsedMillis / 1000;
    // A window that lasted as long as several counts as several.
    const part = 1 - (1 - lastWindowsPart) ** (elapsedMillis / this.#settings.windowMillis);
    let roots = this.#remoteRoots.count;
    for (const operation of operations) {
      roots += operation.takeKept();
      operation.rate.endWindow(seconds, part, isEarly);
    }
    this.#remoteRoots.endWindow(seconds, part, isEarly);
    this.#spansPerRoot.add(this.#spans, roots, elapsedMillis / this.#settings.windowMillis);
    this.#spans = 0;
    this.#asked = 0;
    this.#adjust(operations);
  }

  #adjust(operations: readonly Operation[]): void {
    const { targetSpansPerSecond, windowMillis } = this.#settings;
    const roots = Math.max(0, targetSpansPerSecond / this.#spansPerRoot.value - this.#remoteRoots.perSecond);
    const active = operations.filter(({ rate }) => rate.perSecond > 0);
    const demands = active.map(({ rate }) => rate.perSecond);
    for (const [index, share] of fairShares(demands, roots).entries()) {
      active[index]!.setProbability(Math.max(leastProbability, share / demands[index]!));
    }
    this.#usuallyAsked = (demands.reduce((sum, demand) => sum + demand, 0) * windowMillis) / 1000;
    for (const [name, { rate }] of this.#operations) {
      if (rate.perSecond < forgottenRate) this.#operations.delete(name);
    }
  }
}

/** Traces that start with one name: how many, and which of them are kept. */
class Operation {
  /** Of those that ask, kept or not. */
  readonly rate: SmoothRate = new SmoothRate();
  #share: ConsistentShare;
  #kept = 0;

  constructor(probability: number) {
    this.#share = new ConsistentShare(probability, 'adaptive');
  }

  setProbability(probability: number): void {
    if (probability !== this.#share.probability) this.#share = new ConsistentShare(probability, 'adaptive');
  }

  decide(request: SamplingRequest): SamplingDecision {
    this.rate.count += 1;
    const decision = this.#share.sample(request);
    if (decision.sampled) this.#kept += 1;
    return decision;
  }

  takeKept(): number {
    const kept = this.#kept;
    this.#kept = 0;
    return kept;
  }
}

/** Events per second, smoothed over windows. */
class SmoothRate {
  /** In this window. */
  count = 0;
  perSecond = 0;
  #isNew = true;

  /** `part` is the share of this window in the smoothed rate. One that ends early can only raise it, and does at once. */
  endWindow(seconds: number, part: number, isEarly: boolean): void {
    const last = this.count / seconds;
    if (isEarly) this.perSecond = Math.max(this.perSecond, last);
    else this.perSecond += (last - this.perSecond) * (this.#isNew ? 1 : part);
    this.#isNew &&= this.count === 0;
    this.count = 0;
  }
}

/** How many spans a recorded root makes in this process, itself included; by roots, so that few of them sway it little. */
class SpansPerRoot {
  #spans = 0;
  #roots = 0;

  get value(): number {
    return this.#roots === 0 ? 1 : Math.max(1, this.#spans / this.#roots);
  }

  add(spans: number, roots: number, windows: number): void {
    // Older ones leave as many places as these need.
    const room = Math.max(0, Math.min(1, (rememberedRoots - roots) / Math.max(1, this.#roots)));
    const kept = Math.min(room, 0.5 ** (windows / halfLifeWindows));
    this.#spans = this.#spans * kept + spans;
    this.#roots = this.#roots * kept + roots;
  }
}
