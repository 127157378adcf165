import { checkSampler } from '../internal/check-sampler.ts';
import { ConsistentShare } from '../internal/consistent-share.ts';
import { HttpGet } from '../internal/http-get.ts';
import { networkError, parseHttpUrl } from '../internal/http-request.ts';
import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { knownOptions } from '../internal/known-options.ts';
import { LimitedRate } from '../internal/limited-rate.ts';
import { MinuteLog } from '../internal/minute-log.ts';
import { OperationSamplers } from '../internal/operation-samplers.ts';
import type { SamplingStrategy } from '../internal/sampling-strategy.ts';
import { parseSamplingStrategy } from '../internal/sampling-strategy.ts';
import { loggerOf, randomOf, timersOf } from '../internal/check-parts.ts';
import type { Logger } from '../logger.ts';
import type { Timer, Timers } from '../timers.ts';
import { longestTimerMillis } from '../timers.ts';
import type { Sampler, SamplingDecision, SamplingParent, SamplingRequest } from './sampler.ts';

/** Whom a `remoteControlledSampler` asks, and how often. */
export interface RemoteControlledOptions {
  /** The name under which the backend keeps this service's strategy; that of the tracer. */
  readonly serviceName: string;
  /** `http://127.0.0.1:5778/sampling` unless given; an address without a path gets `/sampling`. */
  readonly url?: string;
  /** Decides until the first strategy has arrived. A share of 0.001, consistently, unless given. */
  readonly initialSampler?: Sampler;
  /** How long a strategy holds before the backend is asked again, about. 60,000 unless given. */
  readonly pollingIntervalMillis?: number;
  /** From the start of a request to the end of its answer. 10,000 unless given. */
  readonly timeoutMillis?: number;
  /** As for `perOperationSampler`. 2,000 unless given. */
  readonly maxOperations?: number;
  /** For strategies that do not come, a line a minute at most. The console unless given. */
  readonly logger?: Logger;
  /** For tests. */
  readonly timers?: Timers;
  /** Uniform in [0, 1), for the jitter and for the credit that rates start with. For tests. */
  readonly random?: () => number;
}

/** How often a backend was asked: `polls` is `failures` and good answers, those that changed nothing included. */
export interface RemoteControlledStats {
  /** Questions that have been answered, or given up. */
  readonly polls: number;
  /** Answers that brought another strategy. */
  readonly updates: number;
  /** No answer in time, no answer that is a strategy; the strategy before goes on. */
  readonly failures: number;
}

/** A sampler that asks for its strategy; `close` ends that, and the last strategy goes on. */
export interface RemoteControlledSampler extends Sampler {
  /** A snapshot: it does not change afterwards. */
  stats(): RemoteControlledStats;
  /** Asks no more. */
  close(): void;
}

/**
 * Samples as a Jaeger backend says: `GET /sampling?service=…` gives a share, a rate limit, or shares by operation with a
 * lower bound, which are those of `probabilitySampler`, `rateLimitingSampler` and `perOperationSampler`.
 *
 * It asks within a second of its making, and then again about every minute. When that fails it waits twice as long each
 * time, up to ten minutes or the interval, whichever is longer. The last good strategy goes on meanwhile: an answer that
 * is late, long (over 1 MiB), a redirect, an error or no strategy is ignored and counted, and the log has a line a minute
 * at most. A strategy that changes keeps what is left of limits and bounds.
 *
 * Its requests are not traced and keep no process running; `tracer.close()` ends them. Needs Node. Not where a backend's
 * strategy is wanted for every span: wrap it in `parentBased`.
 *
 * Throws a `TypeError` for options that are wrong or that it does not know.
 *
 * Source: Jaeger's remote sampling API (jaeger-idl, `sampling.proto`), jaeger-client-node 3.19, `RemoteControlledSampler`.
 */
export function remoteControlledSampler(options: RemoteControlledOptions): RemoteControlledSampler {
  knownOptions('remoteControlledSampler', options, optionNames);
  const { serviceName, initialSampler } = options;
  if (typeof serviceName !== 'string' || serviceName.trim() === '') {
    throw invalidOption(
      'remoteControlledSampler: serviceName',
      serviceName,
      "must be the service's name, such as 'shop'",
    );
  }
  return new PollingSampler({
    serviceName,
    url: parseHttpUrl('remoteControlledSampler: url', options.url ?? defaultUrl, '/sampling', defaultUrl),
    initialSampler: initialSampler && checkSampler('remoteControlledSampler: initialSampler', initialSampler),
    pollingIntervalMillis: whole('pollingIntervalMillis', options.pollingIntervalMillis, 60_000, 1, 86_400_000),
    timeoutMillis: whole('timeoutMillis', options.timeoutMillis, 10_000, 1, longestTimerMillis),
    maxOperations: whole('maxOperations', options.maxOperations, 2000, 0),
    logger: loggerOf('remoteControlledSampler: logger', options.logger),
    timers: timersOf('remoteControlledSampler: timers', options.timers),
    random: randomOf('remoteControlledSampler: random', options.random),
  });
}

const optionNames = [
  'serviceName',
  'url',
  'initialSampler',
  'pollingIntervalMillis',
  'timeoutMillis',
  'maxOperations',
  'logger',
  'timers',
  'random',
];

function whole(name: string, value: number | undefined, fallback: number, least: number, most?: number): number {
  return wholeNumber(`remoteControlledSampler: ${name}`, value, fallback, least, most);
}

type CheckedOptions = Required<Omit<RemoteControlledOptions, 'url' | 'initialSampler'>> & {
  readonly url: URL;
  readonly initialSampler: Sampler | undefined;
};

/** Longer answers are no strategy: two thousand operations take a tenth of it. */
const maxAnswerBytes = 1 << 20;
const defaultUrl = 'http://127.0.0.1:5778/sampling';
const initialProbability = 0.001;
const firstPollWithinMillis = 1000;
const longestBackOffMillis = 600_000;

/** What a strategy came to. */
type Strategist = Pick<Sampler, 'sample'>;

class PollingSampler implements RemoteControlledSampler {
  readonly followsParent: boolean = false;
  readonly #options: CheckedOptions;
  readonly #get: HttpGet;
  readonly #log: MinuteLog;
  readonly #closing: AbortController = new AbortController();
  #current: Strategist;
  /** The answer that `#current` came from. */
  #answer: string | undefined;
  #timer: Timer | undefined;
  #polls = 0;
  #updates = 0;
  #failures = 0;
  #failuresInARow = 0;

  constructor(options: CheckedOptions) {
    this.#options = options;
    const { url, timers, timeoutMillis, logger } = options;
    const address = new URL(url);
    address.searchParams.set('service', options.serviceName);
    const option = 'remoteControlledSampler: url';
    this.#get = new HttpGet(address, { option, timeoutMillis, maxBytes: maxAnswerBytes, timers });
    this.#log = new MinuteLog(logger, () => timers.monotonicMillis());
    this.#current = options.initialSampler ?? new ConsistentShare(initialProbability);
    this.#schedule(options.random() * Math.min(firstPollWithinMillis, options.pollingIntervalMillis));
  }

  sample(request: SamplingRequest, parent: SamplingParent | undefined): SamplingDecision {
    return this.#current.sample(request, parent);
  }

  stats(): RemoteControlledStats {
    return { polls: this.#polls, updates: this.#updates, failures: this.#failures };
  }

  close(): void {
    this.#timer?.cancel();
    this.#closing.abort();
    this.#options.initialSampler?.close?.();
  }

  #schedule(delayMillis: number): void {
    if (this.#closing.signal.aborted) return;
    this.#timer = this.#options.timers.schedule(delayMillis, () => void this.#poll());
  }

  async #poll(): Promise<void> {
    try {
      const answer = await this.#get.fetch(this.#closing.signal);
      if (answer !== this.#answer) this.#adopt(answer);
      this.#failuresInARow = 0;
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#fail(error);
    }
    this.#polls += 1;
    this.#schedule(this.#nextDelayMillis());
  }

  #adopt(answer: string): void {
    this.#current = this.#strategist(parseSamplingStrategy(answer));
    this.#answer = answer;
    this.#updates += 1;
  }

  /** One of the same kind goes on with what it has counted. */
  #strategist(strategy: SamplingStrategy): Strategist {
    const current = this.#current;
    const { random, maxOperations, timers } = this.#options;
    const limits = { random, clock: timers };
    switch (strategy.kind) {
      case 'probabilistic':
        return new ConsistentShare(strategy.probability);
      case 'rateLimiting':
        if (!(current instanceof LimitedRate)) return new LimitedRate(strategy.maxTracesPerSecond, limits);
        current.update(strategy.maxTracesPerSecond);
        return current;
      case 'perOperation':
        if (!(current instanceof OperationSamplers))
          return new OperationSamplers(strategy.rates, maxOperations, limits);
        current.update(strategy.rates);
        return current;
    }
  }

  #fail(error: unknown): void {
    this.#failures += 1;
    this.#failuresInARow += 1;
    const { serviceName, url } = this.#options;
    const decides = this.#answer === undefined ? 'the initial sampler' : 'the strategy before';
    this.#log.warn(
      () =>
        `spanwise: no sampling strategy for ${JSON.stringify(serviceName)} from ${url.host} (${networkError(error)}); ` +
        `${decides} goes on, ${this.#failures} of ${this.#polls + 1} requests have failed`,
    );
  }

  /** With a jitter, so that processes which start together do not ask together for ever. */
  #nextDelayMillis(): number {
    const { pollingIntervalMillis, random } = this.#options;
    if (this.#failuresInARow === 0) return pollingIntervalMillis * (0.9 + 0.2 * random());
    const doubled = pollingIntervalMillis * 2 ** Math.min(this.#failuresInARow, 30);
    const longest = Math.max(longestBackOffMillis, pollingIntervalMillis);
    return Math.min(doubled, longest) * (0.5 + 0.5 * random());
  }
}
