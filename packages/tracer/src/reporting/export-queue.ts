import { textOf } from '../attribute-value.ts';
import { guardedWarn } from '../internal/guarded-warn.ts';
import { onRejection } from '../internal/on-rejection.ts';
import { backOffMillis } from './back-off.ts';
import type { CheckedBatchOptions } from './batch-options.ts';
import type { GivenUpReason, Ledger } from './ledger.ts';
import type { LossLog } from './loss-log.ts';
import { OutageLog } from './outage-log.ts';
import type { Timer } from '../timers.ts';
import { checkedOutcome } from './checked-outcome.ts';
import type { TransportOutcome } from './transport.ts';

interface Batch {
  readonly body: Uint8Array;
  readonly spanCount: number;
  /** Its place in the order of arrival. */
  readonly number: number;
  /** When the first attempt began; undefined before it. */
  firstTriedMillis: number | undefined;
}

interface Waiter {
  /** It waits for the batches up to this number. */
  readonly lastNumber: number;
  /** How many of them are not settled. A count, and no list of them: flushes may be many, and batches, too. */
  outstanding: number;
  readonly deadlineMillis: number;
  readonly settle: () => void;
}

/**
 * Sealed batches on their way out: at most `maxConcurrentExports` requests at once, oldest first. After a failure that
 * may pass, everything pauses for the back-off, and then one batch goes alone until one succeeds: a backend that
 * struggles is not asked by every batch in turn. While a flush waits both is different, for its time is short.
 */
export class ExportQueue {
  readonly #options: CheckedBatchOptions;
  readonly #ledger: Ledger;
  readonly #losses: LossLog;
  readonly #outages: OutageLog;
  readonly #abort: AbortController = new AbortController();
  readonly #active: Set<Batch> = new Set();
  readonly #waiters: Set<Waiter> = new Set();
  #waiting: Batch[] = [];
  #pushed = 0;
  #heldBytes = 0;
  #failures = 0;
  #lastFailure = '';
  #pause: Timer | undefined;
  #pausedUntilMillis = 0;
  /** A flush may end the pause from then on. */
  #nextTryMillis = 0;
  #closed = false;

  constructor(options: CheckedBatchOptions, ledger: Ledger, losses: LossLog) {
    this.#options = options;
    this.#ledger = ledger;
    this.#losses = losses;
    this.#outages = new OutageLog(options.destination, options.logger, options.timers);
  }

  /** Encoded bytes waiting and in flight. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(body: Uint8Array, spanCount: number): void {
    this.#pushed += 1;
    this.#waiting.push({ body, spanCount, number: this.#pushed, firstTriedMillis: undefined });
    this.#heldBytes += body.byteLength;
    this.#pump();
  }

  /**
   * Resolves when every batch held now is settled, or at the deadline. Keeps the process running until then. A pause is cut,
   * and all requests may go at once: the process may be about to end, and the backend may be back.
   */
  settled(deadlineMillis: number): Promise<void> {
    const outstanding = this.#waiting.length + this.#active.size;
    if (outstanding === 0) return Promise.resolve();
    const { timers } = this.#options;
    return new Promise((resolve) => {
      const settle = (): void => {
        timer.cancel();
        this.#waiters.delete(waiter);
        resolve();
      };
      const timer = timers.schedule(deadlineMillis, settle, true);
      const endMillis = timers.monotonicMillis() + deadlineMillis;
      const waiter: Waiter = { lastNumber: this.#pushed, outstanding, deadlineMillis: endMillis, settle };
      this.#waiters.add(waiter);
      this.#cutPauseFor(waiter);
      this.#pump();
    });
  }

  /** Gives up what is left and ends the requests; their late answers count no more. */
  close(): void {
    this.#closed = true;
    this.#pause?.cancel();
    for (const batch of this.#waiting)
      this.#ledger.giveUpQueued('shutdown', this.#lose('shutdown', batch, this.#lastFailure));
    for (const batch of this.#active)
      this.#ledger.giveUpInFlight('shutdown', this.#lose('shutdown', batch, this.#lastFailure));
    this.#waiting = [];
    this.#active.clear();
    this.#heldBytes = 0;
    this.#abort.abort();
    for (const waiter of this.#waiters) waiter.settle();
    this.#closeTransport();
  }

  #pump(): void {
    const isCareful = this.#failures > 0 && this.#waiters.size === 0;
    const limit = isCareful ? 1 : this.#options.maxConcurrentExports;
    while (this.#pause === undefined && this.#active.size < limit) {
      const batch = this.#waiting.shift();
      if (batch === undefined) return;
      this.#send(batch);
    }
  }

  #send(batch: Batch): void {
    batch.firstTriedMillis ??= this.#options.timers.monotonicMillis();
    this.#active.add(batch);
    this.#ledger.send(batch.spanCount);
    this.#attempt(batch).then(
      (outcome) => this.#answered(batch, outcome),
      // A transport that breaks its contract: as good as an unreachable backend.
      (error: unknown) => this.#answered(batch, { kind: 'retry', message: textOf(error), retryAfterMillis: undefined }),
    );
  }

  async #attempt(batch: Batch): Promise<TransportOutcome> {
    const { encoder, transport } = this.#options;
    const outcome: unknown = await transport.send({
      body: batch.body,
      contentType: encoder.contentType,
      spanCount: batch.spanCount,
      signal: this.#abort.signal,
    });
    return checkedOutcome(outcome);
  }

  /** A transport may be anybody's. */
  #closeTransport(): void {
    const failed = (error: unknown): void =>
      guardedWarn(this.#options.logger, () => `spanwise: the transport's close failed: ${textOf(error)}`);
    try {
      onRejection(this.#options.transport.close(), failed);
    } catch (error) {
      failed(error);
    }
  }

  #answered(batch: Batch, outcome: TransportOutcome): void {
    if (this.#closed) return;
    this.#active.delete(batch);
    if (outcome.kind === 'retry') this.#failed(batch, outcome.message, outcome.retryAfterMillis);
    else this.#succeeded(batch, outcome);
    this.#pump();
  }

  #succeeded(batch: Batch, outcome: Exclude<TransportOutcome, { kind: 'retry' }>): void {
    this.#failures = 0;
    this.#lastFailure = '';
    this.#outages.ended();
    if (outcome.kind === 'delivered') this.#deliver(batch, outcome.rejectedSpans, outcome.message);
    else if (outcome.kind === 'handed-off') this.#ledger.handOff(batch.spanCount);
    else this.#ledger.giveUpInFlight('refused', this.#lose('refused', batch, outcome.message));
    this.#release(batch);
  }

  #deliver(batch: Batch, rejectedSpans: number, message: string): void {
    const rejected = Math.min(Math.max(0, Math.trunc(rejectedSpans)), batch.spanCount);
    this.#ledger.deliver(batch.spanCount - rejected);
    if (rejected === 0) return;
    this.#ledger.giveUpInFlight('rejected', rejected);
    this.#losses.lost('rejected', rejected, message);
  }

  #failed(batch: Batch, message: string, retryAfterMillis: number | undefined): void {
    const { retry, timers, random } = this.#options;
    this.#failures += 1;
    this.#lastFailure = message;
    this.#pauseFor(backOffMillis(retry, this.#failures, retryAfterMillis, random));
    const askedMillis = Math.min(retryAfterMillis ?? 0, retry.maxRetryAfterMillis);
    const leastMillis = Math.max(retry.initialDelayMillis * (0.5 + random() / 2), askedMillis);
    this.#nextTryMillis = Math.max(this.#nextTryMillis, timers.monotonicMillis() + leastMillis);
    for (const waiter of this.#waiters) this.#cutPauseFor(waiter);
    if (timers.monotonicMillis() - batch.firstTriedMillis! < retry.giveUpAfterMillis) {
      this.#ledger.sendAgainLater(batch.spanCount);
      this.#waiting.unshift(batch);
      this.#outages.failed(message);
      return;
    }
    this.#ledger.giveUpInFlight('retries-exhausted', this.#lose('retries-exhausted', batch, message));
    this.#release(batch);
  }

  #pauseFor(delayMillis: number): void {
    const until = this.#options.timers.monotonicMillis() + delayMillis;
    if (this.#pause === undefined || until > this.#pausedUntilMillis) this.#pauseUntil(until);
  }

  /** Not below the least wait after a failure, so that an application that flushes all the time does not hammer the backend. */
  #cutPauseFor({ deadlineMillis }: Waiter): void {
    const isInTime = this.#nextTryMillis < Math.min(deadlineMillis, this.#pausedUntilMillis);
    if (this.#pause !== undefined && isInTime) this.#pauseUntil(this.#nextTryMillis);
  }

  #pauseUntil(untilMillis: number): void {
    const { timers } = this.#options;
    this.#pause?.cancel();
    this.#pausedUntilMillis = untilMillis;
    this.#pause = timers.schedule(Math.max(0, untilMillis - timers.monotonicMillis()), () => {
      this.#pause = undefined;
      this.#pump();
    });
  }

  #lose(reason: GivenUpReason, batch: Batch, message: string): number {
    this.#losses.lost(reason, batch.spanCount, message);
    return batch.spanCount;
  }

  #release(batch: Batch): void {
    this.#heldBytes -= batch.body.byteLength;
    for (const waiter of this.#waiters) {
      if (batch.number > waiter.lastNumber) continue;
      waiter.outstanding -= 1;
      if (waiter.outstanding === 0) waiter.settle();
    }
  }
}
