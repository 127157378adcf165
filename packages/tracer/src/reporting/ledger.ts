import type { ReporterStats } from './recorder.ts';

/** Why a span was given up. */
export type GivenUpReason =
  /** The queue was at its limit of spans or bytes. */
  | 'queue-full'
  /** One span alone was longer than a batch may be. */
  | 'oversize'
  /** The encoder threw. */
  | 'encoding-failed'
  /** It came after `close`. */
  | 'closed'
  /** `close` reached its deadline first. */
  | 'shutdown'
  /** The backend took the batch and refused this span of it (OTLP's partial success). */
  | 'rejected'
  /** The backend refused the batch for good. */
  | 'refused'
  /** The backend could not be reached, or was busy, for as long as the reporter may retry. */
  | 'retries-exhausted';

/**
 * The accounts of a reporter. A span enters by `accept` and is in exactly one column afterwards; every method moves
 * a number from one column to another, so that the sum holds between any two calls.
 */
export class Ledger {
  #accepted = 0;
  #queued = 0;
  #inFlight = 0;
  #delivered = 0;
  #handedOff = 0;
  readonly #givenUp: Map<GivenUpReason, number> = new Map();

  /** Waiting and in flight. */
  get held(): number {
    return this.#queued + this.#inFlight;
  }

  accept(): void {
    this.#accepted += 1;
    this.#queued += 1;
  }

  send(count: number): void {
    this.#queued -= count;
    this.#inFlight += count;
  }

  sendAgainLater(count: number): void {
    this.#inFlight -= count;
    this.#queued += count;
  }

  deliver(count: number): void {
    this.#inFlight -= count;
    this.#delivered += count;
  }

  handOff(count: number): void {
    this.#inFlight -= count;
    this.#handedOff += count;
  }

  giveUpQueued(reason: GivenUpReason, count: number): void {
    this.#queued -= count;
    this.#add(reason, count);
  }

  giveUpInFlight(reason: GivenUpReason, count: number): void {
    this.#inFlight -= count;
    this.#add(reason, count);
  }

  #add(reason: GivenUpReason, count: number): void {
    this.#givenUp.set(reason, (this.#givenUp.get(reason) ?? 0) + count);
  }

  snapshot(heldBytes: number): ReporterStats {
    return {
      accepted: this.#accepted,
      queued: this.#queued,
      inFlight: this.#inFlight,
      spooled: 0,
      delivered: this.#delivered,
      handedOff: this.#handedOff,
      recovered: 0,
      givenUp: Object.fromEntries(this.#givenUp),
      heldBytes,
    };
  }
}
