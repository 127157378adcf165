import type { Opening } from './debug-opening.ts';

/**
 * How work without a span hangs together with a span:
 * - `scheduled`: it was scheduled while a scope was open that was closed before the work ran;
 * - `resolved`: it waited for a promise that was resolved under the span. Evidence only together with what follows:
 *   that the work settles a promise which was begun in the trace of the span, where a scope is open and waits for it;
 * - `settled`: it came on a handle (a port, a pipe, a socket), and settled a promise that was begun under the span.
 */
export type LossKind = 'scheduled' | 'resolved' | 'settled';

/** The last place on the way to some work where a span was active. @internal */
export interface Loss {
  how: LossKind;
  /** The kind of asynchronous resource, such as `PROMISE`, `Timeout` or `TCPWRAP`. */
  type: string;
  opening: Opening;
  at: string;
}

/** Where the asynchronous work that runs now came from. @internal */
export interface Origin {
  type: string;
  /** The stack of what scheduled it. */
  scheduledAt: string;
  /** Whether it runs in what came on a connection that this process has opened, or was begun there. */
  answers: boolean;
  loss: Loss | null;
}

/** What is known where work is scheduled. @internal */
export interface Surroundings {
  /** The scope that is active here. */
  active(): Opening | null;
  /** Whether this runs in `runDetached`, as far as that can be seen from here. */
  detached(): boolean;
}

/** Knows the causes of asynchronous work: `AsyncCauses` of `./debug-node` on Node. */
export interface CauseTracker {
  /** @internal */
  start(surroundings: Surroundings): void;
  /** @internal */
  stop(): void;
  /** Called where a scope is opened. @internal */
  opened(opening: Opening): void;
  /** Called where a scope is closed. @internal */
  closed(opening: Opening): void;
  /** Of what runs now; `null` when that is not known. @internal */
  origin(): Origin | null;
  /**
   * Calls `tell` when what runs now, or what it begins, turns out to be work for a span: it settles a promise that was
   * begun under one which is still open. Once, or never.
   *
   * @internal
   */
  onProof(tell: (loss: Loss) => void): void;
  /** Whether what runs now was begun in `runDetached`. @internal */
  isDetached(): boolean;
}
